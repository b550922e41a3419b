package dev.carillon.connection.session;

/// A client without a session, that listens all the same: when clients are sent to other nodes, it goes with
/// them.
@FunctionalInterface
public interface Guest {

    /// Ends in good order, so that the client comes back elsewhere and goes on from where it is. On the event
    /// loop that it came in on.
    void release();
}
