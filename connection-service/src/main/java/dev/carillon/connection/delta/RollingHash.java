package dev.carillon.connection.delta;

/// A hash of a window of 16 bytes that moves on by one byte at the price of a few additions.
///
/// Confined to who computes it.
final class RollingHash {

    static final int BLOCK = 16;

    private final byte[] window = new byte[BLOCK];
    private int oldest;
    private int sum;
    private int weighted;

    private RollingHash() {}

    /// The hash of the 16 bytes from `start` on.
    static RollingHash at(byte[] bytes, int start) {
        var hash = new RollingHash();
        for (int i = 0; i < BLOCK; i++) {
            hash.window[i] = bytes[start + i];
            hash.sum += bytes[start + i];
            hash.weighted += hash.sum;
        }
        return hash;
    }

    /// Takes one byte in, and the oldest out.
    void roll(byte next) {
        int gone = window[oldest];
        window[oldest] = next;
        oldest = (oldest + 1) & (BLOCK - 1);
        sum += next - gone;
        weighted += sum - BLOCK * gone;
    }

    /// The hash as a number below `slots`.
    int slot(int slots) {
        return Integer.remainderUnsigned((sum & 0xFFFF) | (weighted << 16), slots);
    }
}
