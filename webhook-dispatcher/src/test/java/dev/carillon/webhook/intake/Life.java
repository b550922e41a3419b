package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.webhook.attempt.Answer;
import dev.carillon.webhook.attempt.Tried;
import dev.carillon.webhook.cursor.BacklogReader.Pass;
import dev.carillon.webhook.cursor.Found;
import dev.carillon.webhook.cursor.Rider;
import dev.carillon.webhook.cursor.Wanted;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.decide.Schedule;
import dev.carillon.webhook.decide.Tiers;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Task;
import dev.carillon.webhook.gate.BreakerLimits;
import dev.carillon.webhook.gate.Gate;
import dev.carillon.webhook.gate.GateLimits;
import dev.carillon.webhook.gate.Sign;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// One owner of the partition, from its take-over to its death, one step at a time: everything that an intake
/// does, without Kafka, HTTP and threads.
final class Life {

    private final World world;
    private final Random random;
    private final Ownership ownership = new Ownership(0);
    private final Gate gate;
    private final Holding holding = new Holding(20);
    private final Backlogs backlogs;
    private final CatchUp catchUp;
    private final Acceptor acceptor;
    private final Follower follower;
    private final OwnedPartition owned;
    private final List<Decision> uncommitted = new ArrayList<>();
    private final List<Pass> passes = new ArrayList<>();
    private final List<Task> inFlight = new ArrayList<>();
    private final ArrayDeque<Tried> tried = new ArrayDeque<>();
    private @Nullable Batch underWay;
    private boolean isFailing = true;

    /// A transaction under way.
    private record Batch(
            List<Decision> decisions,
            List<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, Watermark.Mark> marks) {}

    Life(World world, Random random) {
        this.world = world;
        this.random = random;
        var room = new GateLimits(8, 4, 60, 6, 8, Long.MAX_VALUE, world.queueBytes);
        this.gate = new Gate(room, world.endpoints::get, () -> world.now.toEpochMilli());
        var tiers = new Tiers(List.of(World.TIER), 1);
        var steps = IntStream.range(0, 200)
                .mapToObj(i -> Duration.ofSeconds(i % 2 == 0 ? 1 : 3))
                .toList();
        var decisions = new Decisions(tiers, new Schedule(steps));
        var meters = new Meters(new SimpleMeterRegistry());
        this.backlogs = new Backlogs(gate, world.endpoints::get, this::putOff, decisions, meters, this::decide);
        this.catchUp = new CatchUp(gate, backlogs, passes::add, meters);
        var limits = new BreakerLimits(3, Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofDays(50));
        var health = new Health(limits, world.endpoints::get, backlogs, decisions, random, this::decide);
        this.follower =
                new Follower(world.endpoints::get, decisions, backlogs, health, holding, meters, random, this::decide);
        this.acceptor = new Acceptor(tiers, gate, holding, decisions, new NoCommands(), backlogs, meters, this::decide);
        this.owned = new OwnedPartition(
                ownership,
                World.INPUTS.stream().map(input -> new TopicPartition(input, 0)).collect(Collectors.toSet()));
        owned.warm(world.takeOver(ownership));
    }

    /// From now on endpoints take everything.
    void heal() {
        isFailing = false;
    }

    void step() {
        switch (random.nextInt(10)) {
            case 0, 1 -> accept(Topics.DELIVERY_WEBHOOK);
            case 2 -> accept(World.RETRY);
            case 3, 4 -> start();
            case 5, 6, 7 -> finish();
            case 8 -> tick();
            default -> commit();
        }
    }

    private void accept(String topic) {
        var records = world.topic(topic);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            long next = owned.watermark(topic).next();
            if (next >= records.size()) {
                return;
            }
            var record = records.get((int) next);
            if (acceptor.sleepsUntil(record, world.now) != null) {
                return;
            }
            acceptor.accept(record, owned, world.now);
        }
    }

    private void start() {
        for (var task = gate.next(); task != null; task = gate.next()) {
            inFlight.add(task);
        }
    }

    private void finish() {
        if (inFlight.isEmpty()) {
            tried.forEach(this::follow);
            tried.clear();
            return;
        }
        var task = inFlight.remove(random.nextInt(inFlight.size()));
        var endpoint =
                Objects.requireNonNull(world.endpoints.get(task.delivery().endpoint()));
        var outcome = outcome(endpoint.state().enabled());
        if (outcome instanceof Outcome.Accepted) {
            world.succeeded.add(task.delivery().endpoint() + " "
                    + task.delivery().event().id().value());
        }
        gate.finished(
                task,
                outcome instanceof Outcome.Accepted ? Sign.DELIVERED : Sign.FAILED,
                Duration.ofMillis(random.nextInt(50)));
        var answer = new Answer(outcome, 0, "", world.now.minusMillis(random.nextInt(100)), Duration.ZERO);
        tried.add(new Tried(task, endpoint, answer));
        if (random.nextBoolean()) {
            start();
        }
        while (!tried.isEmpty() && random.nextInt(4) > 0) {
            follow(tried.removeFirst());
        }
    }

    private void follow(Tried answered) {
        follower.follow(answered, owned, world.now);
        if (!(answered.answer().outcome() instanceof Outcome.Accepted)) {
            gate.proceed(answered.task().delivery().endpoint());
        }
    }

    private Outcome outcome(boolean enabled) {
        if (!enabled) {
            return new Outcome.Disabled();
        }
        if (!isFailing || random.nextInt(100) < 70) {
            return new Outcome.Accepted(200);
        }
        return random.nextInt(8) == 0
                ? new Outcome.Refused(503, Duration.ofSeconds(random.nextInt(5)))
                : new Outcome.Refused(500, null);
    }

    private void tick() {
        world.now = world.now.plusMillis(random.nextInt(isFailing ? 400 : 2000));
        owned.wake(world.now);
        for (var task = holding.take(world.now); task != null; task = holding.take(world.now)) {
            acceptor.queue(task, owned, world.now);
        }
        if (!passes.isEmpty() && random.nextInt(3) > 0) {
            var pass = passes.remove(random.nextInt(passes.size()));
            catchUp.read(new Pass.Result(pass, read(pass)), owned, world.now);
        }
        backlogs.bar(List.of(owned), world.now);
        catchUp.tend(List.of(owned), true, world.now);
    }

    /// Some passes find nothing, or stop half-way.
    private Map<Wanted, Found> read(Pass pass) {
        var found = new HashMap<Wanted, Found>();
        if (random.nextInt(10) == 0) {
            return found;
        }
        long to = random.nextInt(4) == 0 ? pass.wanted().getFirst().start() + random.nextInt(5) : pass.to();
        for (var wanted : pass.wanted()) {
            var rider = new Rider(wanted, 0);
            for (var record : world.topic(Topics.DELIVERY_WEBHOOK)) {
                boolean isTheirs = new String(record.key(), StandardCharsets.UTF_8).equals(wanted.endpoint());
                if (isTheirs && record.offset() < Math.min(to, pass.to())) {
                    rider.visit(record);
                }
            }
            rider.reach(Math.min(to, pass.to()));
            found.put(wanted, rider.found(0));
        }
        return found;
    }

    /// Begins a transaction, or learns what came of the one under way: now and then nothing of it is written.
    private void commit() {
        var batch = underWay;
        if (batch == null) {
            begin();
            return;
        }
        underWay = null;
        if (random.nextInt(8) == 0) {
            uncommitted.addAll(0, batch.decisions());
            owned.cursors().notWritten();
            return;
        }
        write(batch);
        batch.marks().forEach((input, mark) -> owned.committed(input.topic(), mark));
        owned.cursors().written();
        owned.ledgerReaches(world.topic(Topics.DELIVERY_ATTEMPT).size());
        for (var decision : batch.decisions()) {
            if (decision.isFinal()) {
                owned.release(decision.size());
            }
        }
    }

    private void begin() {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        uncommitted.forEach(decision -> records.addAll(decision.records()));
        records.addAll(owned.cursors().changes(0));
        underWay = new Batch(List.copyOf(uncommitted), records, owned.marks(Set.copyOf(owned.inputs()), 0));
        uncommitted.clear();
    }

    private void write(Batch batch) {
        world.write(batch.records());
        batch.marks().forEach((input, mark) -> world.committed.put(input.topic(), mark));
    }

    /// Killed: a transaction under way is written, or is not.
    void die() {
        var batch = underWay;
        if (batch != null && random.nextBoolean()) {
            write(batch);
        }
    }

    /// How many deliveries are in memory, waiting or under way.
    int held() {
        return owned.held();
    }

    private void decide(Decision decision) {
        if (decision.isFinal()) {
            owned.decide(decision.source());
        }
        uncommitted.add(decision);
    }

    private void putOff(Task task, @Nullable Instant notBefore, Instant now) {
        acceptor.putOff(task, notBefore, now);
    }

    /// Nobody commands anything here.
    private record NoCommands() implements Acceptor.Desk {

        @Override
        public void take(ConsumerRecord<byte[], byte[]> command, OwnedPartition owner, int size) {
            throw new IllegalStateException("there are no commands here: " + command);
        }

        @Override
        public boolean isCancelled(Delivery delivery) {
            return false;
        }
    }
}
