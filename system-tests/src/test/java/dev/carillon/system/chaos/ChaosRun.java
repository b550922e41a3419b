package dev.carillon.system.chaos;

import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Topics;
import dev.carillon.system.chaos.Instance.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;

/// One run from an empty cluster to the verdict.
///
/// Confined to one thread.
final class ChaosRun implements AutoCloseable {

    /// @param kills how many processes are killed at least
    /// @param time how long the nemesis rages at least
    record Options(long seed, int kills, Duration time) {}

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int EACH = 2;
    /// Channels enough to have one in every partition.
    private static final int PROBES = 24;

    private final Options options;
    private final Path folder;
    private final Consumer<String> log;
    private final Random seeds;
    private final RunClock clock = new RunClock();
    private final Cluster cluster;
    private final Audience audience;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /// Starts the cluster.
    ///
    /// @param folder for logs, and evidence if there are faults
    ChaosRun(Options options, Path folder, Consumer<String> log) {
        this.options = options;
        this.folder = folder;
        this.log = log;
        this.seeds = new Random(options.seed());
        this.cluster = Cluster.start(folder, Cluster.Shape.WHOLE);
        this.audience = new Audience(cluster, seeds, clock);
    }

    Report run() throws IOException, InterruptedException {
        say("everything is ready, the seed is " + options.seed());
        openRooms();
        registerHook();
        audience.gather();
        startPublishers();
        say("everybody listens");
        var nemesis = new Nemesis(cluster, plan()::next, clock, log);
        nemesis.rage(options.kills(), options.time());
        troubles.addAll(nemesis.failures());
        say("healing");
        audience.settle();
        heal();
        say("all is ready again");
        stopPublishers();
        var verdict = judge();
        checkPresence();
        troubles.addAll(cluster.troubles());
        troubles.addAll(audience.troubles());
        notes.addAll(audience.notes());
        return new Report(options.seed(), nemesis.counts(), nemesis.kills(), verdict, troubles, notes);
    }

    private void heal() {
        try {
            cluster.heal();
        } catch (ConditionTimeoutException e) {
            troubles.add("does not heal: " + e.getMessage());
        }
    }

    private Plan plan() {
        return new Plan(
                seeds.nextLong(), names(Kind.NODE), names(Kind.OWNER), names(Kind.DISPATCHER), names(Kind.BROKER));
    }

    private List<String> names(Kind kind) {
        return cluster.of(kind).stream().map(instance -> instance.name).toList();
    }

    private void openRooms() {
        var nodes = cluster.of(Kind.NODE);
        Http.put(nodes.getFirst().url("/v1/namespaces/room"), "{\"presence\":\"members\",\"joinLeave\":true}");
        for (var node : nodes) {
            await(node + " to know the rooms")
                    .atMost(PATIENCE)
                    .until(() -> Http.get(node.url("/v1/namespaces")).toString().contains("\"room\""));
        }
    }

    /// Registers the receiver, and waits until the owners of all partitions know it.
    private void registerHook() {
        var endpoint = Load.JSON.createObjectNode();
        endpoint.put("url", audience.hook().url().toString());
        endpoint.putArray("channels").add("chaos:*").add("room:*");
        endpoint.putArray("schedule").add("1s").add("1s").add("5s").add("5s").add("5s");
        Http.post(cluster.of(Kind.DISPATCHER).getFirst().url("/v1/endpoints"), endpoint.toString());
        var node = cluster.of(Kind.NODE).getFirst();
        var waited = new TreeSet<>(
                IntStream.range(0, PROBES).mapToObj(n -> "chaos:probe-" + n).toList());
        await("webhooks from all partitions")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    waited.removeAll(audience.hook().others());
                    waited.forEach(channel ->
                            Http.post(node.url("/v1/channels/" + channel + "/events"), Load.data(channel, channel)));
                    return waited.isEmpty();
                });
    }

    private void startPublishers() {
        var anyNode = new AnyNode(cluster.of(Kind.NODE), new Random(seeds.nextLong()));
        for (int i = 1; i <= EACH; i++) {
            start("http-" + i, new HttpPress(anyNode));
            start("socket-" + i, new SocketPress(anyNode));
            start("kafka-" + i, new KafkaPress(cluster.probe()));
        }
    }

    private void start(String name, Press press) {
        publishers.add(Publisher.start(name, press, new Random(seeds.nextLong()), clock));
    }

    /// All that was begun before is finished with everything well.
    private void stopPublishers() throws InterruptedException {
        // Something is published to a cluster at rest, too.
        TimeUnit.SECONDS.sleep(5);
        publishers.forEach(Publisher::finish);
        require("all publishes to be answered", () -> publishers.stream().allMatch(Publisher::isFinished));
        for (var publisher : publishers) {
            var failure = publisher.failure();
            if (failure != null) {
                troubles.add("a publisher gave up: " + failure);
            }
        }
    }

    /// Waits until nothing is missing any more, and a little longer for what should not come.
    private Verdict judge() throws IOException, InterruptedException {
        var published = publishers.stream()
                .flatMap(publisher -> publisher.ledger().stream())
                .toList();
        say("%d published, %d in the log".formatted(published.size(), readLog().size()));
        long until = clock.millis() + PATIENCE.toMillis();
        while (Judge.judge(published, readLog(), audience.witnesses()).lost() > 0 && clock.millis() < until) {
            TimeUnit.SECONDS.sleep(1);
        }
        say("waiting for what should not come");
        TimeUnit.SECONDS.sleep(5);
        var witnesses = audience.witnesses();
        // Read last: what was published in vain may have come into the log meanwhile.
        var logged = readLog();
        var verdict = Judge.judge(published, logged, witnesses);
        if (!verdict.isClean()) {
            Evidence.write(folder.resolve("evidence.txt"), verdict, logged, witnesses);
        }
        return verdict;
    }

    private List<Logged> readLog() {
        return cluster.probe().read(Topics.EVENT_PUBLISHED).stream()
                .map(record -> new Logged(
                        new String(record.key(), StandardCharsets.US_ASCII),
                        Load.keyOf(Load.parse(new String(record.value(), StandardCharsets.UTF_8))),
                        record.offset() + 1))
                .filter(entry -> Load.CHANNELS.contains(entry.channel()))
                .toList();
    }

    /// Every node tells of every room exactly who is there.
    private void checkPresence() {
        for (var room : Load.ROOMS) {
            for (var node : cluster.of(Kind.NODE)) {
                require("%s to tell the members of %s".formatted(node, room), () -> present(node, room)
                        .equals(audience.members().clients()));
            }
        }
        if (audience.members().clients().isEmpty()) {
            troubles.add("nobody is left to be present");
        }
    }

    private static Set<String> present(Instance node, String room) {
        try {
            var clients = new TreeSet<String>();
            Http.get(node.url("/v1/channels/" + room + "/presence"))
                    .path("items")
                    .forEach(item -> clients.add(item.path("client").asText()));
            return clients;
        } catch (IllegalStateException e) {
            return Set.of(String.valueOf(e.getMessage()));
        }
    }

    private void require(String what, BooleanSupplier condition) {
        try {
            await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(condition::getAsBoolean);
        } catch (ConditionTimeoutException _) {
            troubles.add("waited in vain for " + what);
        }
    }

    private void say(String what) {
        log.accept("%5.1f s  %s".formatted(clock.millis() / 1000.0, what));
    }

    @Override
    public void close() {
        publishers.forEach(Publisher::close);
        audience.close();
        cluster.close();
    }
}
