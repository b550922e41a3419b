package dev.carillon.contract.client;

/// A place in a channel as clients keep it: everything up to `offset` in the incarnation `epoch` has been seen.
///
/// @param offset 0 stands before everything; never negative
/// @param epoch opaque; empty when the client knows none yet
public record StreamPosition(long offset, String epoch) {
    /// No position at all, which is what an absent one means on the wire.
    public static final StreamPosition NONE = new StreamPosition(0, "");

    public StreamPosition {
        Limits.requireNatural(offset, "offset");
    }
}
