package dev.carillon.fanout.route;

/// A node that follows a channel.
///
/// @param incarnation of the node when it began
/// @param followId as the node numbered it
/// @param reach what somebody on the node had seen already, beyond what the node has; 0 for nothing
public record Follower(Inbox inbox, long incarnation, long followId, long reach) {

    public Follower(Inbox inbox, long incarnation, long followId) {
        this(inbox, incarnation, followId, 0);
    }

    /// Whether the node that began it still listens.
    public boolean listens() {
        return inbox.listens(incarnation);
    }
}
