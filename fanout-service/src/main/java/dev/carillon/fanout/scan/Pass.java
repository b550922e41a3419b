package dev.carillon.fanout.scan;

import dev.carillon.fanout.route.Admission;
import dev.carillon.fanout.route.PartitionMemory;
import dev.carillon.fanout.route.Removals;
import dev.carillon.fanout.scan.LogScanner.Job;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// One pass over a partition, on behalf of several searches.
///
/// It begins a little before the first offset that is wanted, because repeats of events that are older than
/// that are to be dropped here as they were dropped when they were routed. Confined to its thread.
final class Pass {

    private static final Duration POLL = Duration.ofMillis(200);

    /// After so long without a record it is Kafka that keeps a pass waiting.
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /// How many records before the first wanted one are read at most, to know idempotency keys.
    private static final long LEAD = 50_000;

    /// One search under way: a memory of its channel alone.
    private static final class Progress {
        private final Job job;
        private final PartitionMemory memory;
        private int found;

        Progress(Job job, PartitionMemory memory) {
            this.job = job;
            this.memory = memory;
        }
    }

    private final LogScanner scanner;
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition log;
    private final List<Job> jobs;
    private final LogScanner.Settings settings;
    private final Clock clock;
    private final Map<String, List<Progress>> byChannel = new HashMap<>();
    private int open;

    Pass(
            LogScanner scanner,
            Consumer<byte[], byte[]> consumer,
            TopicPartition log,
            List<Job> jobs,
            LogScanner.Settings settings,
            Clock clock) {
        this.scanner = scanner;
        this.consumer = consumer;
        this.log = log;
        this.jobs = jobs;
        this.settings = settings;
        this.clock = clock;
    }

    /// Completes every search, well or not.
    ///
    /// @return how many records were read
    long run() {
        long logStart = consumer.beginningOffsets(List.of(log)).getOrDefault(log, 0L);
        long first = jobs.stream().mapToLong(job -> job.search().after()).min().orElse(0);
        long end = jobs.stream().mapToLong(job -> job.search().upTo()).max().orElse(0);
        consumer.assign(List.of(log));
        long begin = lead(Math.max(logStart, first), logStart);
        jobs.forEach(job -> begin(job, begin, logStart));
        consumer.seek(log, begin);
        return read(end);
    }

    private void begin(Job job, long begin, long logStart) {
        var limits = settings.limits();
        var keeping = settings.namespaces().forSearch(job.search().channel(), limits.historySize());
        var removals = Removals.of(job.search().channel(), job.search().removed());
        var memory =
                new PartitionMemory(log.partition(), settings.partitions(), logStart, begin, limits, keeping, removals);
        byChannel
                .computeIfAbsent(job.search().channel().name(), _ -> new ArrayList<>(1))
                .add(new Progress(job, memory));
        open++;
    }

    /// Where to begin so that the idempotency keys are known that count at `first`.
    private long lead(long first, long logStart) {
        consumer.seek(log, first);
        var deadline = clock.millis() + POLL.multipliedBy(10).toMillis();
        var records = consumer.poll(POLL);
        while (records.isEmpty() && clock.millis() < deadline && consumer.position(log) == first) {
            records = consumer.poll(POLL);
        }
        if (records.isEmpty()) {
            return first;
        }
        long since = records.iterator().next().timestamp()
                - settings.limits().idempotencyWindow().toMillis();
        var found = consumer.offsetsForTimes(Map.of(log, Math.max(0, since))).get(log);
        long lead = found == null ? first : Math.min(found.offset(), first);
        return Math.max(Math.max(lead, first - LEAD), logStart);
    }

    private long read(long end) {
        long deadline = clock.millis() + settings.patience().toMillis();
        long heardAt = clock.millis();
        long read = 0;
        while (open > 0) {
            if (scanner.isClosed() || clock.millis() > deadline) {
                giveUp(clock.millis() - heardAt > SILENCE.toMillis());
                return read;
            }
            long before = consumer.position(log);
            for (var record : consumer.poll(POLL)) {
                read++;
                hear(record);
            }
            if (consumer.position(log) > before) {
                heardAt = clock.millis();
            }
            finishReached(Math.min(consumer.position(log), end));
        }
        return read;
    }

    private void hear(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        var interested = byChannel.get(new String(record.key(), StandardCharsets.ISO_8859_1));
        if (interested == null) {
            return;
        }
        for (var progress : List.copyOf(interested)) {
            if (record.offset() < progress.job.search().upTo()) {
                admit(progress, record);
            }
        }
    }

    private void admit(Progress progress, ConsumerRecord<byte[], byte[]> record) {
        var search = progress.job.search();
        var memory = progress.memory;
        switch (memory.admit(record, clock.millis())) {
            case Admission.Fresh fresh
            when fresh.kept() && fresh.entry().offset() > Math.max(search.after(), search.removed()) ->
                progress.found++;
            case Admission.Removed _ -> progress.found = 0;
            case Admission.Fresh _, Admission.Repeat _, Admission.Unreadable _ -> {}
        }
        while (memory.ringBytes() > settings.bytes() && memory.evict()) {
            // Until it fits.
        }
        if (progress.found >= search.enough()) {
            finish(progress, record.offset() + 1);
        }
    }

    /// Everything before `next` was read.
    private void finishReached(long next) {
        for (var progress : byChannel.values().stream().flatMap(List::stream).toList()) {
            if (next >= progress.job.search().upTo()) {
                finish(progress, progress.job.search().upTo());
            }
        }
    }

    private void finish(Progress progress, long upTo) {
        var search = progress.job.search();
        var of = byChannel.get(search.channel().name());
        if (of != null && of.remove(progress)) {
            open--;
            progress.job.found().complete(new Found(progress.memory.ring(search.channel(), clock.millis()), upTo));
        }
    }

    private void giveUp(boolean isSilent) {
        long reached = isSilent ? Long.MIN_VALUE : consumer.position(log);
        byChannel.values().stream().flatMap(List::stream).forEach(progress -> {
            // Others may have kept the pass from where this search begins.
            boolean isLong = progress.job.search().after() < reached;
            progress.job
                    .found()
                    .completeExceptionally(
                            isLong
                                    ? new TimeoutException("there is more to read than there is time for")
                                    : new IllegalStateException("the log could not be read so far"));
        });
        open = 0;
    }
}
