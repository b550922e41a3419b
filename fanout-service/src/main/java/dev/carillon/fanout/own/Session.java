package dev.carillon.fanout.own;

import dev.carillon.contract.TelemetryNames;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.answer.Answerer;
import dev.carillon.fanout.answer.TopsTeller;
import dev.carillon.fanout.presence.Attendance;
import dev.carillon.fanout.presence.LifecycleLog;
import dev.carillon.fanout.presence.MemberAnswerer;
import dev.carillon.fanout.route.Outlet;
import dev.carillon.fanout.route.PartitionMemory;
import dev.carillon.fanout.route.RingBudget;
import dev.carillon.fanout.route.Router;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.LogScope;
import dev.carillon.kit.Partitions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One membership of a worker in the group, from joining to leaving: what [#turn()] does, again and again, is
/// all that happens to an event.
///
/// ```
///   poll ─▶ follows, presence, queries: answer ─▶ events: route ─▶ forget what is too much ─▶ commit ─▶ tops ─┐
///    ▲                                                                                                  │
///    └─ throttled while too much is in flight; partitions that are new are rebuilt aside ──────────────┘
/// ```
///
/// Confined to the worker's thread.
final class Session implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Session.class);
    /// In which records of one poll are taken.
    private static final List<String> ORDER =
            List.of(Topics.INTEREST_STATE, Topics.PRESENCE_STATE, Topics.CHANNEL_QUERY, Topics.EVENT_PUBLISHED);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration CLOSE = Duration.ofSeconds(3);
    private static final Duration ASK = Duration.ofSeconds(1);
    private static final Duration HOUSEKEEPING = Duration.ofMillis(500);

    private final Worker.Shared shared;
    private final BooleanSupplier isCrashed;
    private final Consumer<byte[], byte[]> consumer;
    private final Outlet outlet;
    private final RingBudget.Share rings;
    private final Holdings holdings;
    private final Router router;
    private final Attendance attendance;
    private final MemberAnswerer members;
    private final Answerer answerer;
    private final TopsTeller tops;
    private final Pace commits;
    private final Pace toldTops;
    private final Pace housekeeping = new Pace(HOUSEKEEPING);
    private Figures figures = Figures.NONE;
    private boolean left;

    /// Joins.
    ///
    /// @param isCrashed whether to drop everything at once, as if the process had been killed
    Session(String member, Worker.Shared shared, BooleanSupplier isCrashed) {
        var clock = shared.sources().clock();
        this.shared = shared;
        this.isCrashed = isCrashed;
        this.consumer = shared.clients().consumer(member);
        this.outlet = shared.clients().outlet(member, shared.meters());
        this.rings = shared.ringBudget().open();
        this.holdings = new Holdings(consumer, shared.clients().style(), shared.sources(), this::warmed);
        this.router = new Router(shared.epoch(), shared.endpoints(), outlet, clock, shared.meters());
        var lifecycle = new LifecycleLog(
                Set.copyOf(shared.config().lifecycleEvents().orElse(List.of())),
                shared.epoch(),
                shared.sources().partitions(),
                outlet,
                clock);
        this.attendance =
                new Attendance(shared.epoch(), shared.leases(), outlet, lifecycle, System::nanoTime, shared.meters());
        this.members = new MemberAnswerer(shared.epoch(), shared.leases(), outlet, System::nanoTime, shared.meters());
        this.answerer = new Answerer(
                shared.epoch(),
                shared.leases(),
                outlet,
                this::logEnd,
                shared.archive(),
                members,
                lifecycle,
                clock,
                shared.meters());
        this.tops = new TopsTeller(shared.epoch(), outlet);
        this.commits = new Pace(shared.config().commitInterval());
        this.toldTops = new Pace(shared.config().topsInterval());
        consumer.subscribe(Slot.TOPICS, holdings);
    }

    /// Reads once, and does all that is due.
    void turn() {
        take(consumer.poll(POLL));
        outlet.turn();
        answerer.answerFound(this::memory);
        holdings.settle();
        holdings.warm().forEach(slot -> attendance.tellDue(slot.memory(), slot.presence()));
        answerAboutMembers();
        forget();
        holdings.throttle(outlet.isFull(), shared.config().inFlight().asLongValue());
        long now = System.nanoTime();
        if (commits.isDue(now)) {
            holdings.commitLater();
        }
        if (toldTops.isDue(now)) {
            tops.tell(memories());
        }
        if (housekeeping.isDue(now)) {
            answerer.answerLost(this::memory);
            memories().forEach(memory -> memory.expire(shared.sources().clock().millis()));
            holdings.warm().forEach(slot -> attendance.endOverdue(slot.presence()));
            figures = holdings.figures(outlet);
        }
    }

    /// Commits what is acknowledged, and tells the group.
    void leave() {
        holdings.awaitAcknowledgements();
        holdings.commitNow();
        left = true;
    }

    @Override
    public void close() {
        var patience = CLOSE;
        if (isCrashed.getAsBoolean()) {
            // Closing calls back as if the partitions were revoked.
            holdings.abandon();
            patience = Duration.ZERO;
        }
        var membership = left ? GroupMembershipOperation.LEAVE_GROUP : GroupMembershipOperation.REMAIN_IN_GROUP;
        try {
            consumer.close(CloseOptions.groupMembershipOperation(membership).withTimeout(patience));
        } catch (KafkaException e) {
            LOG.debug("consumer did not close cleanly", e);
        }
        outlet.close(patience);
        rings.close();
    }

    Holdings holdings() {
        return holdings;
    }

    /// What it waits for, for people; empty when every partition of its share is routed.
    String pending() {
        if (holdings.isSettled()) {
            return "";
        }
        return holdings.isAssigned() ? "rebuilding partitions" : "joining the group";
    }

    Figures figures() {
        return figures;
    }

    /// Carries out what is due for a node, in every partition.
    void apply(Leases.Verdict verdict) {
        for (var slot : holdings.warm()) {
            switch (verdict) {
                case Leases.Verdict.Back(var node) ->
                    slot.memory().followedBy(node).forEach(slot.memory()::moved);
                case Leases.Verdict.Lapsed(var node, var incarnation) ->
                    attendance.end(node, incarnation, slot.presence());
                case Leases.Verdict.Ended(var node, var incarnation) -> endAll(node, incarnation, slot);
                case Leases.Verdict.Gone(var node, var incarnation) -> endAll(node, incarnation, slot);
            }
        }
        switch (verdict) {
            case Leases.Verdict.Back(var node) -> attendance.back(node);
            case Leases.Verdict.Gone gone -> forget(gone.node());
            case Leases.Verdict.Lapsed _, Leases.Verdict.Ended _ -> {
                // The node beats, or says itself that it ends.
            }
        }
    }

    /// Ends the heartbeats of a gone node, which nobody else does: the owner that has the node's name does it.
    private void forget(String node) {
        var key = node.getBytes(StandardCharsets.UTF_8);
        if (holdings.warm(Partitions.of(key, shared.sources().partitions())) != null) {
            var tombstone = new ProducerRecord<byte[], byte[]>(Topics.NODE_STATE, 0, key, null);
            EventRecords.add(tombstone.headers(), Leases.GONE, "1");
            outlet.write(tombstone, null);
        }
    }

    private void endAll(String node, long incarnation, Slot slot) {
        answerer.endAll(node, incarnation, slot.memory());
        attendance.end(node, incarnation, slot.presence());
    }

    private void warmed(Slot slot, Takeover.Result result) {
        shared.meters().takeovers.increment();
        shared.meters().takeoverTime.record(System.nanoTime() - result.began(), TimeUnit.NANOSECONDS);
        try (var _ = LogScope.of(TelemetryNames.PARTITION, slot.partition())) {
            LOG.info("partition taken over");
        }
        // The owner before may have lost what it sent last.
        slot.memory().allMoved();
        for (var row : result.stale()) {
            answerer.endRows(List.of(row.key()), row.incarnation(), slot.partition());
        }
        attendance.endDead(slot.presence());
    }

    /// Follows and queries first: what they ask for is then followed by the events of the same poll. And
    /// presence between them: whoever follows hears of it, and who asks gets it.
    private void take(ConsumerRecords<byte[], byte[]> records) {
        for (var topic : ORDER) {
            for (var partition : records.partitions()) {
                if (partition.topic().equals(topic)) {
                    take(partition, records);
                }
            }
        }
    }

    private void answerAboutMembers() {
        if (!members.isWaited()) {
            return;
        }
        // The topic may end with records that are no longer there.
        for (var slot : holdings.warm()) {
            var rows = new TopicPartition(Topics.PRESENCE_STATE, slot.partition());
            slot.presence().skipTo(consumer.position(rows));
        }
        members.answerWaiting();
    }

    private void take(TopicPartition partition, ConsumerRecords<byte[], byte[]> records) {
        var slot = holdings.warm(partition.partition());
        if (slot == null) {
            return;
        }
        for (var record : records.records(partition)) {
            if (isCrashed.getAsBoolean() || slot.isFailed()) {
                return;
            }
            take(record, slot);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Slot slot) {
        var mark = slot.mark(record.topic());
        switch (record.topic()) {
            case Topics.EVENT_PUBLISHED -> router.route(record, slot.memory(), mark);
            case Topics.INTEREST_STATE -> answerer.interest(record, slot.memory(), mark);
            case Topics.PRESENCE_STATE -> attendance.row(record, slot.memory(), slot.presence(), mark);
            case Topics.CHANNEL_QUERY -> answerer.query(record, slot.memory(), slot.presence(), mark);
            default -> mark.pass(record.offset());
        }
    }

    /// Keeps to the instance's memory for rings: the idlest channel, in whatever partition, forgets first.
    private void forget() {
        var memories = memories();
        boolean isForgetting = true;
        while (isForgetting) {
            long bytes = 0;
            long lowest = Long.MAX_VALUE;
            PartitionMemory idlest = null;
            for (var memory : memories) {
                bytes += memory.ringBytes();
                long rank = memory.idlest();
                if (rank < lowest) {
                    lowest = rank;
                    idlest = memory;
                }
            }
            isForgetting = rings.excess(bytes, lowest) > 0 && idlest != null && idlest.evict();
        }
    }

    private List<PartitionMemory> memories() {
        return holdings.warm().stream().map(Slot::memory).toList();
    }

    private @Nullable PartitionMemory memory(int partition) {
        var slot = holdings.warm(partition);
        return slot == null ? null : slot.memory();
    }

    private long logEnd(int partition) {
        var log = new TopicPartition(Topics.EVENT_PUBLISHED, partition);
        try {
            return consumer.endOffsets(Set.of(log), ASK).getOrDefault(log, Long.MAX_VALUE);
        } catch (KafkaException e) {
            LOG.debug("end of the log is not known", e);
            return Long.MAX_VALUE;
        }
    }
}
