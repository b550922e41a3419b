package dev.carillon.bench.webhook;

/// A way to publish. Confined to the thread that publishes, except for what it is told of acknowledgements.
interface Press extends AutoCloseable {

    /// Publishes, at once or with what comes next; waits only for want of room.
    ///
    /// @param endpoint whose channel the event is for
    /// @param due when it was to be published
    void publish(int endpoint, long due, long sequence);

    /// Everything published so far goes out and is acknowledged.
    ///
    /// @throws IllegalStateException when something was not
    void flush();

    @Override
    void close();

    /// The channel that leads to one endpoint and no other.
    static String channel(int endpoint) {
        return "bench:" + endpoint;
    }

    /// What an event is called, in the ledger too.
    static String id(long sequence) {
        return "bench-%016x".formatted(sequence);
    }
}
