package dev.carillon.fanout.route;

import dev.carillon.contract.Topics;
import java.util.concurrent.atomic.AtomicLong;

/// How to reach a node, and whether it makes sense to try.
///
/// Safe for use by many threads: leases change it, workers read it, Kafka's threads report losses.
public final class Inbox {

    private final String node;
    private final String topic;
    private final AtomicLong losses = new AtomicLong();
    private volatile long incarnation;
    private volatile boolean suspended;

    /// @param incarnation of the node, as far as it is known
    public Inbox(String node, long incarnation) {
        this.node = node;
        this.topic = Topics.inbox(node).name();
        this.incarnation = incarnation;
    }

    public String node() {
        return node;
    }

    public String topic() {
        return topic;
    }

    public long incarnation() {
        return incarnation;
    }

    /// The node started anew: what older incarnations followed is void.
    public void incarnation(long newer) {
        incarnation = newer;
    }

    /// The node is silent: nothing is sent until it is heard again.
    public void suspend() {
        suspended = true;
    }

    public void resume() {
        suspended = false;
    }

    /// Whether something that this incarnation follows is worth sending.
    public boolean listens(long itsIncarnation) {
        return !suspended && itsIncarnation >= incarnation;
    }

    /// Whether nothing is sent at the moment.
    boolean isSuspended() {
        return suspended;
    }

    /// Something did not arrive: the node has to be told all tops of what it follows.
    void lost() {
        losses.incrementAndGet();
    }

    /// How many sends were lost so far.
    public long losses() {
        return losses.get();
    }

    @Override
    public String toString() {
        return "Inbox[" + node + "]";
    }
}
