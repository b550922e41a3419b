package dev.carillon.bench.load;

/// What is said over a WebSocket. Confined to its loop.
interface Speech {

    /// The handshake is done.
    void opened(Out out);

    /// A whole message.
    void message(byte[] in, int from, int to, Out out);

    /// See [Conversation#recovers()].
    default boolean recovers() {
        return false;
    }
}
