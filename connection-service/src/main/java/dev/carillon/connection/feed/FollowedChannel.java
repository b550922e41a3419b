package dev.carillon.connection.feed;

import dev.carillon.contract.Chain;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One channel that this node follows: what it knows, who waits to be let in, and what to ask the owner next.
///
/// ```
///            first subscriber            answer                  last one left
///   (none) ───────────────────▶ asking ─────────▶ following ───────────────────▶ lingering ──▶ (released)
///                               ▲ │ ▲               │   ▲                            │
///                        unanswered └── gap, or ────┘   └──── subscriber ────────────┘
///                                    older position
/// ```
///
/// Decides only: no clock, no I/O; what is to be done goes to an [Outlet]. At most one follow is open at a
/// time, and it asks from the oldest position that anybody needs, so follows to one channel coalesce. Confined
/// to the feed's thread.
///
/// @param <W> whoever subscribes, compared by identity
final class FollowedChannel<W> {

    /// What is to be done, in this order. Calls come from within calls to the channel.
    interface Outlet<W> {
        /// Write the interest row.
        ///
        /// @param reach how far somebody says to have seen, where that is beyond `since`; else 0
        void ask(long followId, @Nullable Position since, long reach);

        /// Take the interest row back; the channel is over.
        void release();

        /// Let `who` in: from here on it gets what is delivered.
        void welcome(W who, Catchup catchup);

        /// Send `who` away.
        void refuse(W who);

        /// Something is missing and is asked for.
        default void gap() {}

        /// After a gap, everything that was missing has come.
        default void repaired() {}

        /// Hand a publication to everybody who is in.
        void deliver(Publication publication);

        /// Tell everybody who is in that publications are lost.
        void broken(Position top);
    }

    static final long NEVER = Long.MAX_VALUE;

    private final FollowPolicy policy;
    private final Supplier<String> logEpoch;
    private final LongSupplier followIds;
    private final Outlet<W> outlet;

    private final Recent recent;
    private final Answer.Parts parts = new Answer.Parts();
    private final Map<W, Waiting> waiting = new LinkedHashMap<>(2);
    private int listening;

    /// What was reached, or null before the first answer.
    private @Nullable Chain chain;

    /// The lowest offset beyond the chain that somebody who waits has seen elsewhere, or [#NEVER].
    private long ahead = NEVER;

    /// The highest offset that is known to exist beyond the chain, or 0.
    private long missing;

    private long firstFollow;
    private long openFollow;
    /// From where it asks, or [#NEVER] when it asks for nothing that was.
    private long openSince;
    private int attempt;
    private boolean isRepairing;
    private long retryAt = NEVER;
    private long releaseAt = NEVER;

    /// Somebody who is not in yet.
    private static final class Waiting {
        private final @Nullable Position since;
        private final long deadline;
        /// The first follow that asked from its position or before it, or 0.
        private long askedIn;

        Waiting(@Nullable Position since, long deadline) {
            this.since = since;
            this.deadline = deadline;
        }
    }

    /// @param logEpoch what this node believes to be the epoch of the log; empty while it knows none
    /// @param followIds gives ever higher numbers
    FollowedChannel(FollowPolicy policy, Supplier<String> logEpoch, LongSupplier followIds, Outlet<W> outlet) {
        this.policy = policy;
        this.logEpoch = logEpoch;
        this.followIds = followIds;
        this.outlet = outlet;
        this.recent = new Recent(policy.recentEntries(), policy.recentBytes());
    }

    void subscribe(W who, @Nullable Position since, long now) {
        releaseAt = NEVER;
        var newcomer = new Waiting(since, now + policy.patience().toNanos());
        if (chain != null && letIn(who, newcomer, chain, null)) {
            return;
        }
        waiting.put(who, newcomer);
        noteAhead(newcomer);
        if (openFollow == 0 || now >= retryAt) {
            ask(now);
        }
    }

    /// Call it once per subscriber that was not refused.
    void unsubscribe(W who, long now) {
        if (waiting.remove(who) == null) {
            listening--;
        }
        lingerIfIdle(now);
    }

    void live(InboxMessage.Live message, long now) {
        if (chain == null) {
            return; // the answer that is to come holds it, or was made before it
        }
        long offset = message.entry().offset();
        switch (chain.publication(message.epoch(), message.previous(), offset)) {
            case Chain.Verdict.Next(Chain next) -> {
                chain = next;
                deliver(message.entry(), message.kept());
                letInReached();
            }
            case Chain.Verdict.Seen _ -> {}
            case Chain.Verdict.Gap _ -> gap(message.epoch(), offset, now);
        }
    }

    /// Forgets the channel's past, whatever else is missing. Who is in does not notice.
    void removed(InboxMessage.Removed message, long now) {
        if (chain == null) {
            return; // as above
        }
        if (message.epoch().equals(chain.epoch())) {
            recent.remove(message.offset());
        }
        switch (chain.publication(message.epoch(), message.previous(), message.offset())) {
            case Chain.Verdict.Next(Chain next) -> {
                chain = next;
                letInReached();
            }
            case Chain.Verdict.Seen _ -> {}
            case Chain.Verdict.Gap _ -> gap(message.epoch(), message.offset(), now);
        }
    }

    void top(String epoch, long top, long now) {
        if (chain != null && chain.top(epoch, top) instanceof Chain.Verdict.Gap) {
            gap(epoch, top, now);
        }
    }

    void followed(InboxMessage.Followed part, long now) {
        if (part.followId() < firstFollow) {
            return; // from before this channel was released and followed anew
        }
        var answer = parts.add(part);
        if (answer == null || isOutdated(answer) || !resume(answer, now)) {
            return;
        }
        if (answer.followId() == openFollow && reached() >= missing) {
            missing = 0;
            openFollow = 0;
            attempt = 0;
            retryAt = NEVER;
            noteRepair();
        }
        letInWaiting(answer);
        noteAhead();
        if (openFollow == 0 && waiting.values().stream().anyMatch(one -> one.askedIn == 0)) {
            ask(now);
        } else if (openFollow == 0 && !waiting.isEmpty()) {
            // They have seen what the owner has not read yet, or this node has.
            retryAt = now + policy.retryNanos(0);
        }
    }

    /// The inbox may have lost something, or the owner may have dropped this node.
    void followAgain(long now) {
        attempt = 0;
        ask(now);
    }

    /// Does what is due; see [#nextDeadline()].
    void tick(long now) {
        refuseImpatient(now);
        if (now >= retryAt && !isIdle()) {
            attempt++;
            ask(now);
        }
        if (isIdle() && now >= releaseAt) {
            releaseAt = NEVER;
            outlet.release();
        }
    }

    /// When [#tick] has something to do, or [#NEVER].
    long nextDeadline() {
        if (isIdle()) {
            return releaseAt;
        }
        var first = waiting.isEmpty() ? null : waiting.values().iterator().next();
        return first == null ? retryAt : Math.min(retryAt, first.deadline);
    }

    boolean isIdle() {
        return listening == 0 && waiting.isEmpty();
    }

    private void gap(String epoch, long offset, long now) {
        if (chain != null && epoch.equals(chain.epoch())) {
            missing = Math.max(missing, offset);
        }
        if (openFollow == 0) {
            isRepairing = true;
            outlet.gap();
            ask(now);
        }
    }

    private void ask(long now) {
        openFollow = followIds.getAsLong();
        if (firstFollow == 0) {
            firstFollow = openFollow;
        }
        retryAt = now + policy.retryNanos(attempt);
        var epoch = chain == null ? logEpoch.get() : chain.epoch();
        long since = chain == null ? NEVER : chain.last();
        long reach = 0;
        for (var waiter : waiting.values()) {
            if (waiter.since != null && isOfLog(waiter.since, epoch)) {
                since = Math.min(since, waiter.since.offset());
                reach = Math.max(reach, waiter.since.offset());
                if (waiter.askedIn == 0) {
                    waiter.askedIn = openFollow;
                }
            }
        }
        openSince = since;
        outlet.ask(openFollow, since == NEVER ? null : new Position(epoch, since), reach > since ? reach : 0);
    }

    /// An answer of an owner that does not know yet that what it tells was removed. It is asked again in time.
    private boolean isOutdated(Answer answer) {
        return chain != null
                && chain.epoch().equals(answer.epoch())
                && answer.upTo() < recent.removed()
                && answer.removed() < recent.removed();
    }

    /// Takes an answer into the chain and delivers what was missing; false when it says nothing to go by.
    private boolean resume(Answer answer, long now) {
        if (chain == null) {
            restart(answer);
            return true;
        }
        if (answer.epoch().equals(chain.epoch())) {
            recent.remove(answer.removed());
        }
        switch (chain.answer(answer.epoch(), answer.from(), answer.upTo(), answer.entries())) {
            case Chain.Resumed.Complete(Chain next, List<LogEntry> missed) -> {
                chain = next;
                missed.forEach(entry -> deliver(entry, true));
                keepOlder(answer);
            }
            case Chain.Resumed.Broken _
            when answer.followId() != openFollow -> {
                return false; // late, or from an owner that was
            }
            case Chain.Resumed.Broken _
            when answer.epoch().equals(chain.epoch()) && openSince > chain.last() -> {
                // It was not asked for what is missing: an answer to a follow before it came in between.
                ask(now);
                return false;
            }
            case Chain.Resumed.Broken _ -> {
                restart(answer);
                outlet.broken(new Position(answer.epoch(), answer.upTo()));
            }
        }
        return true;
    }

    private void noteRepair() {
        if (isRepairing) {
            isRepairing = false;
            outlet.repaired();
        }
    }

    private void restart(Answer answer) {
        isRepairing = false;
        boolean isSameLog = chain != null && chain.epoch().equals(answer.epoch());
        long removed = Math.max(answer.removed(), isSameLog ? recent.removed() : 0);
        chain = new Chain(answer.epoch(), answer.upTo());
        missing = 0;
        recent.restart(Math.min(answer.from(), answer.upTo()));
        recent.remove(removed);
        answer.entries().forEach(entry -> recent.add(new Publication(entry)));
    }

    private void keepOlder(Answer answer) {
        long floor = recent.floor();
        if (answer.from() < floor && answer.upTo() >= floor) {
            recent.addOlder(answer.from(), publications(answer, answer.from(), floor));
        }
    }

    private void deliver(LogEntry entry, boolean kept) {
        var publication = new Publication(entry);
        if (kept) {
            recent.add(publication);
        }
        outlet.deliver(publication);
    }

    private void letInWaiting(@Nullable Answer answer) {
        var reached = chain;
        Iterator<Map.Entry<W, Waiting>> all = waiting.entrySet().iterator();
        while (reached != null && all.hasNext()) {
            var next = all.next();
            if (letIn(next.getKey(), next.getValue(), reached, answer)) {
                all.remove();
            }
        }
    }

    /// Lets those in who had seen more than this node, as far as it has caught up with them.
    private void letInReached() {
        if (chain != null && chain.last() >= ahead) {
            letInWaiting(null);
            noteAhead();
        }
    }

    private void noteAhead() {
        ahead = NEVER;
        waiting.values().forEach(this::noteAhead);
    }

    private void noteAhead(Waiting waiter) {
        if (chain != null && waiter.since != null && waiter.since.offset() > chain.last()) {
            ahead = Math.min(ahead, waiter.since.offset());
        }
    }

    /// Lets a subscriber in if what is known suffices, or if no answer to come can tell more.
    private boolean letIn(W who, Waiting waiter, Chain reached, @Nullable Answer answer) {
        var catchup = catchup(waiter, reached, answer);
        if (catchup == null) {
            return false;
        }
        listening++;
        outlet.welcome(who, catchup);
        return true;
    }

    private @Nullable Catchup catchup(Waiting waiter, Chain reached, @Nullable Answer answer) {
        var since = waiter.since;
        if (since == null || !isOfLog(since, reached.epoch())) {
            return Catchup.from(reached.position());
        }
        long offset = since.offset();
        if (offset <= reached.last() && offset >= recent.floor()) {
            return new Catchup(reached.position(), true, recent.after(offset));
        }
        if (answer == null) {
            return null;
        }
        boolean isAnswered = waiter.askedIn != 0 && waiter.askedIn <= answer.followId();
        if (offset > reached.last()) {
            // Seen elsewhere, and not yet here nor by the owner; or made up, if the log does not reach so far.
            return isAnswered && offset > answer.logEnd() ? Catchup.from(reached.position()) : null;
        }
        if (offset < answer.from()) {
            // The owner was asked for it and has not got it: no other answer will.
            return isAnswered ? Catchup.from(reached.position()) : null;
        }
        if (answer.upTo() < recent.floor()) {
            return null; // an owner that has not read so far yet: between it and this node is what is missing
        }
        var entries = publications(answer, offset, recent.floor());
        entries.addAll(recent.after(recent.floor()));
        return new Catchup(reached.position(), true, entries);
    }

    private static List<Publication> publications(Answer answer, long after, long upTo) {
        var found = new ArrayList<Publication>();
        for (var entry : answer.entries()) {
            if (entry.offset() > after && entry.offset() <= upTo) {
                found.add(new Publication(entry));
            }
        }
        return found;
    }

    private void refuseImpatient(long now) {
        var all = waiting.entrySet().iterator();
        while (all.hasNext()) {
            var next = all.next();
            if (now < next.getValue().deadline) {
                return; // they stand in the order in which they came
            }
            all.remove();
            outlet.refuse(next.getKey());
        }
        lingerIfIdle(now);
    }

    private void lingerIfIdle(long now) {
        if (isIdle() && releaseAt == NEVER) {
            releaseAt = now + policy.linger().toNanos();
        }
    }

    private long reached() {
        return chain == null ? 0 : chain.last();
    }

    private static boolean isOfLog(Position position, String epoch) {
        return position.epoch().isEmpty() || position.epoch().equals(epoch);
    }
}
