package dev.carillon.fanout.scan;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.route.Limits;
import dev.carillon.fanout.route.NamespaceIndex;
import dev.carillon.kit.KafkaClients;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;

/// Reads the log again for what rings have forgotten, aside from the threads that route.
///
/// Searches in the same partition share a pass over it: those that come while one is under way wait for the
/// next. Bounded: so many passes at a time, so many searches that wait, and each pass takes a limited time.
/// Safe for use by many threads.
public final class LogScanner implements AutoCloseable {

    private static final int MAX_SEARCHES = 10_000;

    /// What scans of an instance share.
    ///
    /// @param limits what each search keeps of what it finds
    /// @param namespaces for how long the publications of a channel are of any use
    /// @param partitions of the log: P
    /// @param bytes of publications that a search keeps; of more it keeps the newest
    /// @param patience how long a pass may take
    /// @param passes how many run at a time
    public record Settings(
            Limits limits, NamespaceIndex namespaces, int partitions, long bytes, Duration patience, int passes) {}

    private final KafkaClients clients;
    private final Clock clock;
    private final Settings settings;
    private final FanoutMeters meters;
    private final Semaphore passes;

    // Guarded by this:
    private final Map<Integer, List<Job>> waiting = new HashMap<>();
    private final Set<Integer> running = new HashSet<>();
    private int open;
    private volatile boolean closed;

    public LogScanner(KafkaClients clients, Clock clock, Settings settings, FanoutMeters meters) {
        this.clients = clients;
        this.clock = clock;
        this.settings = settings;
        this.meters = meters;
        this.passes = new Semaphore(settings.passes());
    }

    /// Looks for publications; completes on a thread of the scanner.
    ///
    /// @return fails with a [java.util.concurrent.TimeoutException] when there is more to read than time,
    ///     with an [org.apache.kafka.clients.consumer.InvalidOffsetException] when the log is shorter by now;
    ///     otherwise when too much is being looked for, or when Kafka cannot be read
    public CompletableFuture<Found> find(Search search) {
        var job = new Job(search, new CompletableFuture<>());
        synchronized (this) {
            if (closed || open >= MAX_SEARCHES) {
                return CompletableFuture.failedFuture(new RejectedExecutionException("too many searches"));
            }
            open++;
            waiting.computeIfAbsent(search.partition(), _ -> new ArrayList<>()).add(job);
            startIfIdle(search.partition());
        }
        return job.found();
    }

    /// What is being looked for is given up.
    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    private void startIfIdle(int partition) {
        if (running.add(partition)) {
            Thread.ofVirtual().name("fanout-scan-" + partition).start(() -> run(partition));
        }
    }

    private void run(int partition) {
        for (var jobs = next(partition); !jobs.isEmpty(); jobs = next(partition)) {
            try {
                passes.acquire();
                try {
                    pass(partition, jobs);
                } finally {
                    passes.release();
                }
            } catch (InterruptedException | RuntimeException | OutOfMemoryError e) {
                jobs.forEach(job -> job.found().completeExceptionally(e));
            }
            finished(jobs.size());
        }
    }

    /// The searches of the next pass; none ends the thread.
    private synchronized List<Job> next(int partition) {
        var jobs = waiting.remove(partition);
        if (jobs == null) {
            running.remove(partition);
            return List.of();
        }
        return jobs;
    }

    private synchronized void finished(int count) {
        open -= count;
    }

    private void pass(int partition, List<Job> jobs) {
        if (closed) {
            throw new CancellationException("scanner is closed");
        }
        var log = new TopicPartition(Topics.EVENT_PUBLISHED, partition);
        // Where retention is faster than the pass, what it finds would have a hole: then it rather fails.
        var settings = Map.<String, Object>of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none");
        try (var consumer = clients.consumer(settings)) {
            long read = new Pass(this, consumer, log, jobs, this.settings, clock).run();
            meters.scans.increment();
            meters.scannedRecords.increment((double) read);
        }
    }

    /// A search, and whoever waits for what it finds.
    record Job(Search search, CompletableFuture<Found> found) {}
}
