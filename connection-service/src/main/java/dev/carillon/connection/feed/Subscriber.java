package dev.carillon.connection.feed;

import dev.carillon.contract.Position;

/// Somebody on this node who listens to a channel. Called back only on the event loop that subscribed, never
/// from within [Feed#subscribe], and not at all once its subscription is cancelled.
public interface Subscriber {

    /// Why a subscription did not come about; trying again later helps.
    enum Failure {
        /// The channel's owner did not answer in time.
        NO_ANSWER,
        /// Too much is waiting on this node already.
        OVERLOADED,
        /// The node does not follow channels, because it is leaving.
        LEAVING
    }

    /// The first call, exactly once, unless [#failed] is the only one.
    void subscribed(Catchup catchup);

    /// The next publication: after `subscribed`, in the channel's order, none twice and none left out.
    void publication(Publication publication);

    /// Somebody came into the channel or went from it, in its place among the publications. Not for everybody.
    default void changed(MemberChange change) {}

    /// Publications are lost for good: whatever comes next comes after `top`. A subscriber that promised a
    /// gapless stream ends, or subscribes again from what it has.
    void broken(Position top);

    /// The only and last call when the channel could not be followed in time. The subscription is over.
    void failed(Failure failure);
}
