package dev.carillon.contract.client;

/// Bounds of the protocol. What a peer can make us hold or recurse into is limited here, in one place.
final class Limits {
    /// The largest value of the protocol's 32-bit numbers.
    static final long UINT32 = 0xFFFF_FFFFL;

    /// Commands or replies in one frame. A client sends connect and all its subscribes at once, so this leaves
    /// plenty of room above the channels that one connection may have.
    static final int MESSAGES_PER_FRAME = 1_000;

    /// Messages within messages, which bounds the depth of a [FilterNode] tree.
    static final int MESSAGE_DEPTH = 32;

    /// Nesting of a JSON frame, payloads included.
    static final int JSON_FRAME_DEPTH = 500;

    private Limits() {}

    static void requireNatural(long value, String component) {
        if (value < 0) {
            throw new IllegalArgumentException(component + " is negative: " + value);
        }
    }

    static void requireUint32(long value, String component) {
        if (value < 0 || value > UINT32) {
            throw new IllegalArgumentException(component + " is not an unsigned 32-bit number: " + value);
        }
    }
}
