package dev.carillon.connection.feed;

/// Ends what [Feed#subscribe] began. Confined to the event loop that subscribed.
public interface Subscription {

    /// No more calls to the subscriber after this one. Calling it again does nothing.
    void cancel();
}
