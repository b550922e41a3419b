package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.webhook.attempt.Attempts;
import dev.carillon.webhook.attempt.Tried;
import dev.carillon.webhook.command.CommandWork;
import dev.carillon.webhook.command.OperationTable;
import dev.carillon.webhook.cursor.BacklogReader;
import dev.carillon.webhook.cursor.BacklogReader.Pass;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.decide.Tiers;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Task;
import dev.carillon.webhook.gate.Gate;
import dev.carillon.webhook.gate.Sign;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The one loop of a dispatcher: takes records in, decides what came of attempts, and commits every few
/// milliseconds.
///
/// ```
///  delivery.webhook ─┐          ┌─ gate ─ attempts ─┐            ┌─ ledger entries
///  retry tiers ──────┼─ accept ─┼─ holding          ├─ decide ─ one transaction ─ retries, dead letters
///  commands ─────────┘          └─ commands ────────┘            └─ offsets (watermarks)
/// ```
///
/// Everything it keeps is confined to the thread that runs it, except the gate, and the queues through which
/// attempts, commands and take-overs report. Killed at any point, it leaves behind either nothing of a decision
/// or all of it.
final class Intake implements AutoCloseable, Partitioning.Events {

    private static final Logger LOG = Logger.getLogger(Intake.class);
    private static final Duration TICK = Duration.ofMillis(40);
    private static final Duration WATCH = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final EngineSettings settings;
    private final Engine.Parts parts;
    private final Clock clock;
    private final Meters meters;
    private final Gate gate;
    private final Holding holding;
    private final Decisions decisions;
    private final Attempts attempts;
    private final BacklogReader reader;
    private final Backlogs backlogs;
    private final CatchUp catchUp;
    private final Follower follower;
    private final Acceptor acceptor;
    private final List<String> topics;
    private final LinkedBlockingQueue<Tried> tried = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Decision> carriedOut = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<TakeOver.Ready> takenOver = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Pass.Result> passed = new LinkedBlockingQueue<>();
    private final Consumer<byte[], byte[]> consumer;
    private final Partitioning partitioning;
    private final Commits commits;
    private Instant watchedAt = Instant.EPOCH;
    private boolean isFull;
    private boolean isBroken;
    private volatile boolean isStopping;
    private volatile String pending = "the consumer group is not joined";

    Intake(EngineSettings settings, Engine.Parts parts, OperationTable operations, Meters meters) {
        this.settings = settings;
        this.parts = parts;
        this.clock = parts.clock();
        var random = parts.random();
        this.meters = meters;
        this.gate = new Gate(settings.limits(), parts.endpoints()::find, Intake::monotonicMillis);
        this.holding = new Holding(settings.limits().queue() / 2);
        var tiers = new Tiers(settings.tiers(), settings.partitions());
        this.topics = Stream.concat(
                        Stream.of(Topics.DELIVERY_WEBHOOK, Topics.DELIVERY_COMMAND), tiers.topics().stream())
                .toList();
        this.decisions = new Decisions(tiers, settings.schedule());
        this.attempts = new Attempts(
                parts.endpoints(),
                parts.attempter(),
                clock,
                settings.attemptDeadline(),
                operations::isCancelled,
                this::report);
        this.reader = new BacklogReader(parts.clients(), passed::add);
        this.backlogs = new Backlogs(gate, parts.endpoints()::find, this::putOff, decisions, meters, this::decide);
        this.catchUp = new CatchUp(gate, backlogs, reader::start, meters);
        var health = new Health(settings.breaker(), parts.endpoints()::find, backlogs, decisions, random, this::decide);
        this.follower = new Follower(
                parts.endpoints()::find, decisions, backlogs, health, holding, meters, random, this::decide);
        var work = new CommandWork(parts.clients(), operations, parts.endpoints(), clock);
        var desk = new Commands(work, clock, carriedOut::add);
        var findings =
                new Findings(desk, parts.endpoints(), parts.store(), settings.transactionTimeout(), carriedOut::add);
        this.acceptor = new Acceptor(tiers, gate, holding, decisions, findings, backlogs, meters, this::decide);
        this.consumer = parts.clients().consumer(consumerSettings(settings));
        var ledger = open(consumer);
        this.partitioning = new Partitioning(consumer, this);
        this.commits =
                new Commits(ledger, partitioning, consumer::groupMetadata, settings.commitInterval(), clock, meters);
        meters.watch(gate);
    }

    private Ledger open(Consumer<byte[], byte[]> opened) {
        try {
            return Ledger.open(parts.clients(), settings.instance(), settings.transactionTimeout());
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /// What it still waits for, for people; empty when it dispatches. For any thread.
    String pending() {
        return pending;
    }

    /// Ends [#run] soon. For any thread.
    void stop() {
        isStopping = true;
        consumer.wakeup();
    }

    void run() {
        try {
            consumer.subscribe(topics, partitioning);
            while (!isStopping) {
                tick();
            }
        } catch (WakeupException e) {
            LOG.debug("intake is told to stop", e);
        } catch (RuntimeException e) {
            isBroken = true;
            throw e;
        }
    }

    /// Ends what runs, commits it if that is possible, and leaves the group, so that others take over at once.
    @Override
    public void close() {
        gate.suspend();
        try (commits;
                reader) {
            if (!isBroken && partitioning.isSettled()) {
                leaving();
            }
            partitioning.loseAll();
            consumer.close(CloseOptions.timeout(CLOSE_PATIENCE)
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        } catch (KafkaException e) {
            LOG.warn("consumer group is not left cleanly", e);
        }
    }

    @Override
    public void leaving() {
        gate.suspend();
        var deadline = clock.instant().plus(settings.revokePatience());
        drain();
        while (attempts.running() > 0 && clock.instant().isBefore(deadline)) {
            awaitAnswer();
        }
        drain();
        commits.finish();
    }

    @Override
    public void lost(Ownership ownership) {
        gate.drop(ownership);
        holding.drop(ownership);
    }

    @Override
    public void takeOver(Map<Ownership, Set<TopicPartition>> partitions) {
        var takeOver = new TakeOver(
                parts.clients(),
                Engine.GROUP,
                settings.instance(),
                settings.ledgerMemory(),
                partitions,
                takenOver::add);
        Thread.ofVirtual().name("take-over").start(takeOver);
    }

    @Override
    public void settled() {
        gate.resume();
    }

    private void tick() {
        var records = consumer.poll(TICK);
        for (var input : records.partitions()) {
            accept(input, records.records(input));
        }
        for (var ready = takenOver.poll(); ready != null; ready = takenOver.poll()) {
            if (partitioning.warm(ready)) {
                parts.owned().accept(ready.ownership());
            }
        }
        var now = clock.instant();
        partitioning.wake(now);
        for (var task = holding.take(now); task != null; task = holding.take(now)) {
            var owned = partitioning.of(task.ownership());
            if (owned != null) {
                acceptor.queue(task, owned, now);
            }
        }
        drain();
        catchUp(now);
        pump();
        watch(now);
        commits.tend(now);
        partitioning.block(isFull());
        pending = partitioning.pending();
    }

    private void accept(TopicPartition input, List<ConsumerRecord<byte[], byte[]>> records) {
        var owned = partitioning.of(input.partition());
        if (owned == null || !owned.isWarm()) {
            consumer.seek(input, records.getFirst().offset());
            return;
        }
        var now = clock.instant();
        for (var record : records) {
            if (record.offset() < owned.watermark(input.topic()).next()) {
                continue;
            }
            var until = acceptor.sleepsUntil(record, now);
            if (until != null) {
                owned.sleep(input.topic(), until);
                consumer.seek(input, record.offset());
                return;
            }
            acceptor.accept(record, owned, now);
        }
    }

    /// Called by attempts, on their threads.
    private void report(Tried answered) {
        // The gate first: an ordered endpoint that failed must be held before anybody can decide to let it go on.
        gate.finished(
                answered.task(),
                sign(answered.answer().outcome()),
                answered.answer().took());
        tried.add(answered);
        pump();
    }

    private static Sign sign(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Accepted _ -> Sign.DELIVERED;
            case Outcome.Refused refused -> sign(refused.status());
            case Outcome.Unreachable _ -> Sign.FAILED;
            case Outcome.Deleted _, Outcome.Disabled _, Outcome.Unverified _, Outcome.Withdrawn _ -> Sign.ANSWERED;
        };
    }

    private static Sign sign(int status) {
        return status / 100 == 4 && status != 408 && status != 429 ? Sign.ANSWERED : Sign.FAILED;
    }

    /// Brings back what waits behind cursors, as far as there is room.
    private void catchUp(Instant now) {
        for (var result = passed.poll(); result != null; result = passed.poll()) {
            var owned = partitioning.of(result.pass().ownership());
            if (owned != null) {
                catchUp.read(result, owned, now);
            }
        }
        if (partitioning.isSettled()) {
            backlogs.bar(partitioning.all(), now);
            catchUp.tend(partitioning.all(), !isFull, now);
        }
    }

    private void putOff(Task task, @Nullable Instant notBefore, Instant now) {
        acceptor.putOff(task, notBefore, now);
    }

    /// Starts what may start. For any thread.
    private void pump() {
        for (var task = gate.next(); task != null; task = gate.next()) {
            attempts.start(task);
        }
    }

    private void drain() {
        for (var answered = tried.poll(); answered != null; answered = tried.poll()) {
            follow(answered);
        }
        for (var decision = carriedOut.poll(); decision != null; decision = carriedOut.poll()) {
            decide(decision);
        }
    }

    private void awaitAnswer() {
        try {
            var answered = tried.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
            if (answered != null) {
                follow(answered);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while attempts end", e);
        }
    }

    private void follow(Tried answered) {
        var owned = partitioning.of(answered.task().ownership());
        if (owned != null) {
            meters.attempted(answered.answer());
            follower.follow(answered, owned, clock.instant());
        }
        if (!(answered.answer().outcome() instanceof Outcome.Accepted)) {
            // Only for what failed: the next one of an ordered endpoint may have failed before anybody came here.
            gate.proceed(answered.task().delivery().endpoint());
        }
    }

    private void decide(Decision decision) {
        var owned = partitioning.of(decision.ownership());
        if (owned == null) {
            return;
        }
        if (decision.isFinal()) {
            owned.decide(decision.source());
        }
        commits.add(decision);
    }

    private void watch(Instant now) {
        if (watchedAt.plus(WATCH).isBefore(now)) {
            watchedAt = now;
            attempts.expire();
        }
    }

    /// Whether memory has no room for more; once so, until a quarter of it is free again.
    private boolean isFull() {
        int held = 0;
        long bytes = 0;
        for (var owned : partitioning.all()) {
            held += owned.held();
            bytes += owned.heldBytes();
        }
        double share = isFull ? 0.75 : 1;
        // The gate bounds what waits in it; besides, there is what waits to be tried again and to be committed.
        isFull = held >= 2.0 * settings.limits().queue() * share || bytes >= settings.queueBytes() * share;
        return isFull;
    }

    private static long monotonicMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static Map<String, Object> consumerSettings(EngineSettings settings) {
        int session = Math.toIntExact(settings.sessionTimeout().toMillis());
        return Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                Engine.GROUP,
                ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                settings.instance(),
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                session,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                // Whoever stays learns by its next heartbeat that somebody is gone.
                Math.max(1, session / 10),
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                RangeAssignor.class.getName(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                16 * 1024 * 1024);
    }
}
