package dev.carillon.fanout.own;

import dev.carillon.contract.NodeState;
import dev.carillon.fanout.route.Inbox;
import dev.carillon.fanout.route.Inboxes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Which nodes are alive, judged by when *this* process last heard of them, so that clocks need not agree.
///
/// ```
///   heard of ──(lease)──▶ silent: nothing is sent ──(3 × lease)──▶ gone: its follows end, its inbox is deleted
///      ▲                        │   its clients are gone
///      └──── heard again ───────┘  (told all tops, so that it misses nothing)
/// ```
///
/// A node that starts anew (a greater incarnation) voids what it followed before at once; the old rows end
/// after three leases, when the new ones have long replaced them.
///
/// Safe for use by many threads: one lock, nowhere near the hot path, which only reads the [Inbox].
final class Leases implements Inboxes {

    /// On a tombstone that an owner wrote in place of a node that is gone: every owner judges by itself, so it
    /// means nothing to owners.
    static final String GONE = "carillon-gone";

    private static final int PATIENCE = 3;

    /// What has to be done about a node.
    sealed interface Verdict {
        String node();

        /// It was silent and is back: it may have missed something.
        record Back(String node) implements Verdict {}

        /// It was silent for too long, or started anew: nobody is connected to `incarnation` or before any
        /// more.
        record Lapsed(String node, long incarnation) implements Verdict {}

        /// What it followed as `incarnation` or before is void.
        record Ended(String node, long incarnation) implements Verdict {}

        /// As `Ended`, and nobody reads its inbox any more.
        record Gone(String node, long incarnation) implements Verdict {}
    }

    /// What is known of one node. Guarded by the lock of the leases.
    private static final class Lease {
        private final Inbox inbox;
        private long heardAt;
        private boolean silent;
        private boolean superseded;
        private long supersededAt;

        private Lease(Inbox inbox, long now) {
            this.inbox = inbox;
            this.heardAt = now;
        }
    }

    private final long lease;
    private final LongSupplier nanoTime;
    private final Map<String, Lease> leases = new HashMap<>();
    private final List<Verdict> due = new ArrayList<>();

    /// @param lease how long a node may be silent
    /// @param nanoTime a clock that never jumps, in nanoseconds
    Leases(Duration lease, LongSupplier nanoTime) {
        this.lease = lease.toNanos();
        this.nanoTime = nanoTime;
    }

    /// A heartbeat.
    synchronized void heard(NodeState heartbeat) {
        var known = known(heartbeat.node(), heartbeat.incarnation());
        if (heartbeat.incarnation() < known.inbox.incarnation()) {
            return;
        }
        known.heardAt = nanoTime.getAsLong();
        if (known.silent) {
            known.silent = false;
            known.inbox.resume();
            due.add(new Verdict.Back(heartbeat.node()));
        }
    }

    /// The node said that it ends.
    synchronized void left(String node) {
        var known = leases.remove(node);
        if (known != null) {
            known.inbox.suspend();
            due.add(new Verdict.Ended(node, known.inbox.incarnation()));
        }
    }

    /// A row or a query of the node was read. A node that was never heard of has a lease from now on, because
    /// rows may come before its first heartbeat; one that is known gains nothing.
    @Override
    public synchronized Inbox of(String node, long incarnation) {
        return known(node, incarnation).inbox;
    }

    /// Gives every node a new lease: after a time in which nothing could be heard, silence means nothing.
    synchronized void renewAll() {
        long now = nanoTime.getAsLong();
        leases.values().forEach(known -> {
            known.heardAt = now;
            known.supersededAt = now;
        });
    }

    /// What became due since the last call.
    synchronized List<Verdict> judge() {
        long now = nanoTime.getAsLong();
        leases.forEach((node, known) -> judge(node, known, now));
        var verdicts = List.copyOf(due);
        due.clear();
        for (var verdict : verdicts) {
            if (verdict instanceof Verdict.Gone) {
                leases.remove(verdict.node());
            }
        }
        return verdicts;
    }

    private void judge(String node, Lease known, long now) {
        long silence = now - known.heardAt;
        if (silence > lease && !known.silent) {
            known.silent = true;
            known.inbox.suspend();
            due.add(new Verdict.Lapsed(node, known.inbox.incarnation()));
        }
        if (silence > PATIENCE * lease) {
            due.add(new Verdict.Gone(node, known.inbox.incarnation()));
            return;
        }
        if (known.superseded && now - known.supersededAt > PATIENCE * lease) {
            known.superseded = false;
            due.add(new Verdict.Ended(node, known.inbox.incarnation() - 1));
        }
    }

    private Lease known(String node, long incarnation) {
        long now = nanoTime.getAsLong();
        var known = leases.computeIfAbsent(node, _ -> new Lease(new Inbox(node, incarnation), now));
        if (incarnation > known.inbox.incarnation()) {
            known.inbox.incarnation(incarnation);
            known.superseded = true;
            due.add(new Verdict.Lapsed(node, incarnation - 1));
            known.supersededAt = now;
            known.heardAt = now;
            known.silent = false;
            known.inbox.resume();
        }
        return known;
    }
}
