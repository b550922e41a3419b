package dev.carillon.fanout.route;

/// Where the inboxes of nodes come from. Safe for use by many threads.
@FunctionalInterface
public interface Inboxes {

    /// The inbox of a node that was mentioned by a row or a query; the node gets the benefit of the doubt for a
    /// lease.
    ///
    /// @param incarnation as mentioned; 0 when nothing was said
    Inbox of(String node, long incarnation);
}
