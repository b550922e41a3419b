package dev.carillon.fanout.own;

import dev.carillon.contract.Channel;
import dev.carillon.contract.NodeState;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutConfig;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.answer.Answerer;
import dev.carillon.fanout.presence.LifecycleLog;
import dev.carillon.fanout.presence.PartitionPresence;
import dev.carillon.fanout.route.EndpointIndex;
import dev.carillon.fanout.route.Limits;
import dev.carillon.fanout.route.NamespaceIndex;
import dev.carillon.fanout.route.RingBudget;
import dev.carillon.fanout.scan.LogScanner;
import dev.carillon.fanout.scan.LogTimes;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.Partitions;
import dev.carillon.kit.StateTable;
import dev.carillon.kit.TopicSetup;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One instance of fanout: its workers, the tables of endpoints, nodes and namespaces that they read, and the
/// watch over leases. A plain class, so that two of them can live in one JVM. Its topics must exist.
///
/// Safe for use by many threads.
public final class Engine implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Engine.class);

    /// What a search of the log keeps at most of what it finds: the newest.
    private static final int MAX_FOUND = 10_000;

    private static final long MAX_FOUND_BYTES = 32L << 20;
    private static final int SCANS = 2;

    /// What an instance is made of.
    ///
    /// @param instance its name, the same over restarts
    /// @param log the epoch and P
    /// @param webhookPartitions W
    public record Parts(
            FanoutConfig config,
            String instance,
            TopicSetup.Log log,
            int webhookPartitions,
            KafkaClients clients,
            Clock clock,
            FanoutMeters meters) {}

    private final Parts parts;
    private final LogScanner scanner;
    private final LogTimes times;
    private final List<Worker> workers;
    private final StateTable endpoints;
    private final StateTable nodes;
    private final StateTable namespaces;
    private final LeaseWatch watch;
    private final GroupView group;
    private final CompletableFuture<Void> tables;

    private Engine(Parts parts) {
        this.parts = parts;
        var index = new EndpointIndex(parts.webhookPartitions());
        var leases = new Leases(parts.config().nodeLease(), System::nanoTime);
        this.endpoints = StateTable.follow(parts.clients(), Topics.ENDPOINT_STATE, index::changed);
        this.nodes = StateTable.follow(parts.clients(), Topics.NODE_STATE, row -> hear(row, leases));
        var spaces =
                new NamespaceIndex(parts.config().historySize(), parts.config().historyTtl());
        this.namespaces = StateTable.follow(parts.clients(), Topics.NAMESPACE_STATE, spaces::changed);
        this.scanner = scanner(parts, spaces);
        this.times = new LogTimes(parts.clients().admin(), parts.config().scanTimeout());
        var archive = new Answerer.Archive(scanner::find, times, parts.config().scanRecords());
        this.workers = workers(parts, index, spaces, leases, archive);
        this.watch = new LeaseWatch(
                leases,
                parts.clients().admin(),
                parts.config().nodeLease(),
                verdict -> workers.forEach(worker -> worker.tell(verdict)));
        this.group = new GroupView(parts.clients(), parts.log().partitions());
        this.tables = CompletableFuture.allOf(endpoints.caughtUp(), nodes.caughtUp(), namespaces.caughtUp());
    }

    /// Starts an instance; it joins the group as soon as the tables are read, for without them events would be
    /// missed by endpoints.
    public static Engine start(Parts parts) {
        var engine = new Engine(parts);
        var _ = engine.tables.thenRun(() -> {
            LOG.info("tables are read, joining the group");
            engine.watch.start();
            engine.workers.forEach(Worker::start);
        });
        return engine;
    }

    /// What it still waits for, for people; empty when all of its partitions are routed.
    public Optional<String> pending() {
        if (!tables.isDone()) {
            return Optional.of("reading the tables of endpoints, nodes and namespaces");
        }
        return workers.stream()
                .map(Worker::pending)
                .filter(pending -> !pending.isEmpty())
                .findFirst();
    }

    /// What this instance holds at the moment.
    public Figures figures() {
        return workers.stream().map(Worker::figures).reduce(Figures.NONE, Figures::plus);
    }

    /// The partitions that this instance owns.
    public CompletableFuture<List<PartitionView>> partitions() {
        var views = workers.stream()
                .map(worker -> worker.ask(holdings -> holdings.views(worker.name())))
                .toList();
        return CompletableFuture.allOf(views.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> views.stream()
                        .flatMap(view -> view.join().stream())
                        .sorted(Comparator.comparingInt(PartitionView::partition))
                        .toList());
    }

    /// What is known about a channel; empty when another instance owns it.
    public CompletableFuture<Optional<ChannelView>> channel(Channel channel) {
        int partition = Partitions.of(channel, parts.log().partitions());
        var views = workers.stream()
                .map(worker -> worker.ask(holdings -> view(channel, holdings.warm(partition))))
                .toList();
        return CompletableFuture.allOf(views.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ ->
                        views.stream().flatMap(view -> view.join().stream()).findFirst());
    }

    /// Who owns which partition, among all instances.
    public CompletionStage<List<OwnerView>> owners() {
        return group.owners();
    }

    /// The first channels that this instance knows, by name.
    ///
    /// @param prefix what their names begin with
    /// @param after a name that they come after
    public CompletableFuture<List<ChannelRow>> channels(String prefix, String after, int limit) {
        var rows = workers.stream()
                .map(worker -> worker.ask(holdings -> holdings.channels(prefix, after, limit)))
                .toList();
        return CompletableFuture.allOf(rows.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> rows.stream()
                        .flatMap(row -> row.join().stream())
                        .sorted(Comparator.comparing(ChannelRow::channel))
                        .limit(limit)
                        .toList());
    }

    /// Ends with everything acknowledged committed, and leaves the group.
    @Override
    public void close() {
        workers.forEach(Worker::close);
        end();
    }

    /// Ends as if the process had been killed: no commit, no word to the group.
    void crash() {
        workers.forEach(Worker::crash);
        end();
    }

    private void end() {
        workers.forEach(Worker::join);
        scanner.close();
        times.close();
        watch.close();
        group.close();
        endpoints.close();
        nodes.close();
        namespaces.close();
    }

    private Optional<ChannelView> view(Channel channel, @Nullable Slot slot) {
        if (slot == null) {
            return Optional.empty();
        }
        var memory = slot.memory();
        var known = memory.find(channel);
        var ring = memory.ring(channel, parts.clock().millis());
        List<String> followers = known == null
                ? List.of()
                : known.followers().stream()
                        .map(follower -> follower.inbox().node())
                        .toList();
        return Optional.of(new ChannelView(
                channel.name(),
                slot.partition(),
                parts.log().epoch(),
                ring.last(),
                ring.floor(),
                memory.position(),
                ring.size(),
                followers));
    }

    private static void hear(ConsumerRecord<byte[], byte[]> row, Leases leases) {
        if (row.value() == null) {
            if (row.headers().lastHeader(Leases.GONE) != null) {
                return;
            }
            leases.left(new String(row.key(), StandardCharsets.UTF_8));
        } else {
            leases.heard(NodeState.fromJson(row.value()));
        }
    }

    private static LogScanner scanner(Parts parts, NamespaceIndex namespaces) {
        var config = parts.config();
        var limits = new Limits(
                MAX_FOUND,
                config.historyTtl(),
                1,
                config.idempotencyWindow(),
                config.maxEventSize().asLongValue());
        var settings = new LogScanner.Settings(
                limits, namespaces, parts.log().partitions(), MAX_FOUND_BYTES, config.scanTimeout(), SCANS);
        return new LogScanner(parts.clients(), parts.clock(), settings, parts.meters());
    }

    private static List<Worker> workers(
            Parts parts, EndpointIndex index, NamespaceIndex namespaces, Leases leases, Answerer.Archive archive) {
        var config = parts.config();
        int count = Math.max(1, config.workers().orElse(Runtime.getRuntime().availableProcessors()));
        var rings = new RingBudget(config.ringBudget().asLongValue());
        var limits = new Limits(
                config.historySize(),
                config.historyTtl(),
                config.idleChannels(),
                config.idempotencyWindow(),
                config.maxEventSize().asLongValue());
        var lifecycle = Set.copyOf(config.lifecycleEvents().orElse(List.of()));
        var rules = new PartitionPresence.Rules(
                config.maxMembers(),
                config.leaveDelay(),
                row -> row.announced() || LifecycleLog.wants(lifecycle, row.channel()));
        var sources = new Takeover.Sources(
                parts.clients(),
                leases,
                limits,
                namespaces,
                rules,
                parts.clock(),
                parts.log(),
                config.rebuildRecords(),
                config.rebuildKeyRecords(),
                rings,
                new Semaphore(count));
        var shared = new Worker.Shared(
                config,
                parts.log().epoch(),
                new MemberClients(parts.clients(), config),
                index,
                leases,
                sources,
                archive,
                parts.meters(),
                rings);
        // The assignor goes by names: with the number first, instances get equal shares.
        var workers = new ArrayList<Worker>();
        IntStream.range(0, count).forEach(i -> workers.add(new Worker(i + "-" + parts.instance(), shared)));
        return List.copyOf(workers);
    }
}
