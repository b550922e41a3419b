package dev.carillon.bench.load;

/// How clients come.
///
/// @param perSecond at most so many; 0 for as many as possible
/// @param pending at most so many are connecting and subscribing at a time
public record Arriving(double perSecond, int pending) {

    public Arriving {
        if (perSecond < 0 || pending < 1) {
            throw new IllegalArgumentException("perSecond: from 0; pending: from 1");
        }
    }

    /// As fast as the server takes them.
    public static Arriving storm(int pending) {
        return new Arriving(0, pending);
    }

    /// Evenly.
    public static Arriving evenly(double perSecond) {
        return new Arriving(perSecond, 1000);
    }
}
