package dev.carillon.system.chaos;

import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Topics;
import dev.carillon.system.chaos.Instance.Kind;
import dev.carillon.system.chaos.Servers.Manner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;

/// One run of the checker of webhooks, from an empty cluster to the verdict: publishers and servers work,
/// dispatchers are killed, and then three ledgers are compared: the log's, the servers', and that of the
/// service itself.
///
/// Confined to one thread.
final class WebhookChaosRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration BROKEN_FOR = Duration.ofSeconds(45);
    private static final int PUBLISHERS = 6;

    /// What a kill may repeat: much more than the tenth of a second between commits, for the machine is busy.
    private static final Duration MOST_REPEATED = Duration.ofSeconds(3);

    /// Channels enough to have one in every partition.
    private static final int PROBES = 24;

    /// The endpoint with `ordering: endpoint`.
    private static final String FIFO = "fifo";

    private final ChaosRun.Options options;
    private final Consumer<String> log;
    private final Random seeds;
    private final RunClock clock = new RunClock();
    private final Cluster cluster;
    private final Servers servers;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /// Starts the cluster.
    ///
    /// @param folder for logs
    WebhookChaosRun(ChaosRun.Options options, Path folder, Consumer<String> log) {
        this.options = options;
        this.log = log;
        this.seeds = new Random(options.seed());
        this.servers = new Servers(clock, manners());
        this.cluster = Cluster.start(folder, Cluster.Shape.WEBHOOKS);
    }

    private static Map<String, Manner> manners() {
        var manners = new LinkedHashMap<String, Manner>();
        for (int i = 1; i <= 3; i++) {
            manners.put("healthy-" + i, Manner.HEALTHY);
        }
        manners.put("slow", Manner.SLOW);
        manners.put("flaky", Manner.FLAKY);
        manners.put("broken", Manner.BROKEN);
        manners.put("dead", Manner.DEAD);
        manners.put(FIFO, Manner.ORDERED);
        return manners;
    }

    WebhookReport run() throws InterruptedException {
        say("everything is ready, the seed is " + options.seed());
        openRooms();
        servers.names().forEach(this::register);
        awaitEndpoints();
        // What was published to try things out is delivered before.
        TimeUnit.SECONDS.sleep(2);
        var since = Instant.now();
        startPublishers();
        var healing = Thread.ofVirtual().name("healing").start(this::healLater);
        var nemesis = new Nemesis(cluster, new WebhookPlan(seeds.nextLong(), names(Kind.DISPATCHER)), clock, log);
        nemesis.rage(options.kills(), options.time());
        faults.addAll(nemesis.failures());
        healing.join();
        heal();
        stopPublishers();
        return judge(nemesis.deaths(), since);
    }

    private void healLater() {
        try {
            TimeUnit.SECONDS.sleep(BROKEN_FOR.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        servers.heal();
        say("what was broken is healed");
    }

    private List<String> names(Kind kind) {
        return cluster.of(kind).stream().map(instance -> instance.name).toList();
    }

    private Instance dispatcher() {
        return cluster.of(Kind.DISPATCHER).getFirst();
    }

    private void openRooms() {
        var node = cluster.of(Kind.NODE).getFirst();
        Http.put(node.url("/v1/namespaces/room"), "{\"presence\":\"members\",\"joinLeave\":false}");
    }

    /// The name of a server is the id of its endpoint, too.
    private void register(String name) {
        var endpoint = Load.JSON.createObjectNode().put("url", servers.url(name).toString());
        endpoint.putArray("channels").add("chaos:*").add("room:*");
        var schedule = endpoint.putArray("schedule");
        if (servers.manner(name) == Manner.DEAD) {
            schedule.add("1s");
        } else {
            IntStream.range(0, 25).forEach(step -> schedule.add(step < 5 ? "1s" : "10s"));
        }
        if (servers.manner(name) == Manner.ORDERED) {
            endpoint.put("ordering", "endpoint");
        }
        Http.put(dispatcher().url("/v1/endpoints/" + name), endpoint.toString());
    }

    /// Waits until the owners of all partitions know all endpoints.
    private void awaitEndpoints() {
        var node = cluster.of(Kind.NODE).getFirst();
        var waited = new TreeSet<>(
                IntStream.range(0, PROBES).mapToObj(n -> "chaos:probe-" + n).toList());
        await("webhooks from all partitions")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    waited.removeIf(channel -> servers.names().stream()
                            .allMatch(name -> servers.others(name).contains(channel)));
                    waited.forEach(channel ->
                            Http.post(node.url("/v1/channels/" + channel + "/events"), Load.data(channel, channel)));
                    return waited.isEmpty();
                });
    }

    private void startPublishers() {
        var anyNode = new AnyNode(cluster.of(Kind.NODE), new Random(seeds.nextLong()));
        for (int i = 1; i <= PUBLISHERS; i++) {
            publishers.add(Publisher.start("http-" + i, new HttpPress(anyNode), new Random(seeds.nextLong()), clock));
        }
    }

    private void heal() {
        say("healing");
        try {
            cluster.heal();
        } catch (ConditionTimeoutException e) {
            faults.add("does not heal: " + e.getMessage());
        }
    }

    private void stopPublishers() {
        publishers.forEach(Publisher::finish);
        require("all publishes to be answered", () -> publishers.stream().allMatch(Publisher::isFinished));
        for (var publisher : publishers) {
            var failure = publisher.failure();
            if (failure != null) {
                faults.add("a publisher gave up: " + failure);
            }
        }
    }

    /// Waits until nothing is pending any more, but for what nobody will ever take.
    private WebhookReport judge(List<Long> deaths, Instant since) {
        var logged = readLog();
        checkAcknowledged(logged);
        say("%d events in the log, waiting for their deliveries".formatted(logged.size()));
        for (var name : servers.names()) {
            if (servers.manner(name) != Manner.DEAD) {
                require("all deliveries to " + name, () -> ledger(since, name).of("pending") == 0);
            }
        }
        require("dead letters of dead", () -> ledger(since, "dead").of("dead") > 0);
        long lost = 0;
        long inversions = 0;
        var taken = new ArrayList<List<Long>>();
        for (var name : servers.names()) {
            var mine = servers.taken(name);
            taken.addAll(mine.values());
            var finding = WebhookJudge.judge(logged, mine.keySet());
            finding.unknown().forEach(key -> faults.add(name + " took what nobody published: " + key));
            if (servers.manner(name) != Manner.DEAD) {
                lost += finding.lost().size();
                finding.lost().forEach(key -> faults.add(name + " never took " + key));
            }
            inversions += name.equals(FIFO) ? finding.inversions() : 0;
        }
        var whole = ledger(since, "");
        check(whole, new java.util.HashSet<>(logged.stream().map(Logged::key).toList()).size());
        var repeats = Repeats.of(taken, deaths);
        long old = repeats.olderThan(MOST_REPEATED.toMillis());
        if (old > 0) {
            faults.add("%d came again that had come longer than %s before a kill".formatted(old, MOST_REPEATED));
        }
        faults.addAll(servers.troubles());
        faults.addAll(cluster.troubles());
        return new WebhookReport(
                options.seed(),
                deaths.size(),
                whole.of("accepted"),
                whole.of("delivered"),
                whole.of("dead"),
                Math.max(lost, whole.of("lost")),
                repeats,
                inversions,
                faults);
    }

    private void checkAcknowledged(List<Logged> logged) {
        var keys = logged.stream().map(Logged::key).collect(java.util.stream.Collectors.toSet());
        publishers.stream()
                .flatMap(publisher -> publisher.ledger().stream())
                .filter(published -> published.acknowledgedAt() != null && !keys.contains(published.key()))
                .forEach(published -> faults.add("acknowledged, and not in the log: " + published.key()));
    }

    /// The service's own ledger must come to the same as ours.
    private void check(WebhookLedger whole, int events) {
        long owed = (long) events * servers.names().size();
        if (whole.of("accepted") != owed) {
            faults.add("the ledger has accepted %d deliveries, owed are %d".formatted(whole.of("accepted"), owed));
        }
        long ended = whole.of("delivered") + whole.of("dead") + whole.of("pending");
        if (whole.of("accepted") != ended || !whole.isComplete()) {
            faults.add("the ledger does not balance: " + whole.counts());
        }
        whole.discrepancies().forEach(wrong -> faults.add("the ledger says " + wrong));
    }

    private WebhookLedger ledger(Instant since, String endpoint) {
        return WebhookLedger.read(dispatcher(), since, endpoint);
    }

    private List<Logged> readLog() {
        return cluster.probe().read(Topics.EVENT_PUBLISHED).stream()
                .filter(record -> record.value() != null)
                .map(record -> new Logged(
                        new String(record.key(), StandardCharsets.US_ASCII),
                        Load.keyOf(Load.parse(new String(record.value(), StandardCharsets.UTF_8))),
                        record.offset() + 1))
                .filter(entry -> Load.CHANNELS.contains(entry.channel()))
                .toList();
    }

    private void require(String what, BooleanSupplier condition) {
        try {
            await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException _) {
            faults.add("waited in vain for " + what);
        }
    }

    private void say(String what) {
        log.accept("%5.1f s  %s".formatted(clock.millis() / 1000.0, what));
    }

    @Override
    public void close() {
        publishers.forEach(Publisher::close);
        servers.close();
        cluster.close();
    }
}
