package dev.carillon.system.chaos;

/// One way of publishing. Confined to its publisher's thread.
interface Press extends AutoCloseable {

    /// What became of a publish.
    enum Outcome {
        ACKNOWLEDGED,
        /// Perhaps nothing, perhaps all; saying the same again cannot do harm.
        AGAIN,
        /// Perhaps nothing, perhaps all; and saying it again could make it two.
        UNKNOWN
    }

    /// Publishes an event with that key.
    ///
    /// @throws IllegalStateException when it is refused for good, which nothing here should be
    Outcome publish(String channel, String key) throws InterruptedException;

    @Override
    void close();
}
