package dev.carillon.fanout.route;

/// A node that follows a channel.
///
/// @param incarnation of the node when it began
/// @param followId as the node numbered it
public record Follower(Inbox inbox, long incarnation, long followId) {

    /// Whether the node that began it still listens.
    public boolean listens() {
        return inbox.listens(incarnation);
    }
}
