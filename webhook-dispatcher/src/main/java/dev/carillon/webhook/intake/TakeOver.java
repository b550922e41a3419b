package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.webhook.cursor.CursorRow;
import dev.carillon.webhook.delivery.AttemptRecords;
import dev.carillon.webhook.delivery.AttemptRecords.Trace;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Finds out, for partitions that are newly owned, exactly what was decided before: committed offsets say below
/// which record everything is decided, and the ledger from the place in their metadata to its end names what is
/// decided above.
///
/// **Nothing can slip in meanwhile.** The committed offsets are asked for under this group's new generation,
/// and only once no transaction is pending on them: from then on whoever owned the partition before cannot
/// commit. The ledger is then read to its end *as brokers see it*, transactions in doubt included: it waits
/// until those are committed or aborted. What a killed owner left open is ended first ([LeftOpen]).
///
/// Runs on a thread of its own, with clients of its own, and tells `ready` about each partition when it is
/// known.
final class TakeOver implements Runnable {

    private static final Logger LOG = Logger.getLogger(TakeOver.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaClients clients;
    private final String group;
    private final String instance;
    private final int memory;
    private final Map<Ownership, Set<TopicPartition>> wanted;
    private final Consumer<Ready> ready;

    /// What is known of a partition.
    ///
    /// @param starts per topic the first record that may be undecided
    /// @param traces what was decided, or is under way, at or above the starts
    /// @param memory what was given to endpoints below the starts
    /// @param cursors where endpoints stand that do not keep up
    /// @param ledger the end of the ledger
    record Ready(
            Ownership ownership,
            Map<String, Watermark.Start> starts,
            Map<Source, Trace> traces,
            LogMemory memory,
            Collection<CursorRow> cursors,
            long ledger) {}

    /// @param instance the name of this process among dispatchers
    /// @param memory how many entries of the ledger to read before those that are needed
    TakeOver(
            KafkaClients clients,
            String group,
            String instance,
            int memory,
            Map<Ownership, Set<TopicPartition>> wanted,
            Consumer<Ready> ready) {
        this.clients = clients;
        this.group = group;
        this.instance = instance;
        this.memory = memory;
        this.wanted = new HashMap<>(wanted);
        this.ready = ready;
    }

    @Override
    public void run() {
        try {
            LeftOpen.end(
                    clients,
                    wanted.keySet().stream().map(TakeOver::ledger).collect(Collectors.toSet()),
                    Ledger.id(instance));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        while (isWanted()) {
            try {
                readBack();
            } catch (KafkaException | ExecutionException | TimeoutException | IllegalArgumentException e) {
                LOG.warn("what was decided before cannot be read, trying again", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean isWanted() {
        wanted.keySet().removeIf(Ownership::isLost);
        return !wanted.isEmpty();
    }

    private void readBack() throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        try (var consumer = clients.consumer(settings)) {
            var inputs = wanted.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
            var committed = consumer.committed(inputs, PATIENCE);
            var beginnings = consumer.beginningOffsets(inputs, PATIENCE);
            var ends = consumer.endOffsets(inputs, PATIENCE);
            var known = knownEnds();
            var readings = new HashMap<Integer, Reading>();
            wanted.forEach((ownership, tps) -> {
                var reading = new Reading(
                        ownership,
                        known.getOrDefault(ledger(ownership), 0L),
                        known.getOrDefault(cursors(ownership), 0L));
                tps.forEach(tp -> reading.start(
                        tp, committed.get(tp), beginnings.getOrDefault(tp, 0L), ends.getOrDefault(tp, 0L)));
                readings.put(ownership.partition(), reading);
            });
            read(consumer, readings);
        }
    }

    private void read(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, Map<Integer, Reading> readings) {
        var ledgers = wanted.keySet().stream().map(TakeOver::ledger).toList();
        var beginnings = consumer.beginningOffsets(ledgers, PATIENCE);
        var assigned = new ArrayList<>(ledgers);
        wanted.keySet().forEach(ownership -> assigned.add(cursors(ownership)));
        consumer.assign(assigned);
        consumer.seekToBeginning(wanted.keySet().stream().map(TakeOver::cursors).toList());
        for (var ledger : ledgers) {
            var reading = readings.get(ledger.partition());
            long from = reading == null ? 0 : reading.from(memory);
            consumer.seek(ledger, Math.max(from, beginnings.getOrDefault(ledger, 0L)));
        }
        while (isWanted()) {
            finish(consumer, readings.values());
            if (wanted.isEmpty()) {
                return;
            }
            for (var entry : consumer.poll(POLL)) {
                var reading = readings.get(entry.partition());
                if (reading != null) {
                    reading.read(entry);
                }
            }
        }
    }

    /// Tells about the partitions whose ledgers and cursors are read to their ends.
    private void finish(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, Collection<Reading> readings) {
        for (var reading : readings) {
            if (wanted.containsKey(reading.ownership)
                    && consumer.position(ledger(reading.ownership)) >= reading.ledgerEnd
                    && consumer.position(cursors(reading.ownership)) >= reading.cursorsEnd) {
                ready.accept(reading.ready());
                wanted.remove(reading.ownership);
                consumer.pause(List.of(ledger(reading.ownership), cursors(reading.ownership)));
            }
        }
    }

    /// The ends of the ledgers and of the cursors, transactions in doubt included.
    private Map<TopicPartition, Long> knownEnds() throws InterruptedException, ExecutionException, TimeoutException {
        try (var admin = clients.admin()) {
            var latest = new HashMap<TopicPartition, OffsetSpec>();
            wanted.keySet().forEach(ownership -> {
                latest.put(ledger(ownership), OffsetSpec.latest());
                latest.put(cursors(ownership), OffsetSpec.latest());
            });
            var ends = admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                    .all()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            var offsets = new HashMap<TopicPartition, Long>();
            ends.forEach((topic, end) -> offsets.put(topic, end.offset()));
            return offsets;
        }
    }

    private static TopicPartition ledger(Ownership ownership) {
        return new TopicPartition(Topics.DELIVERY_ATTEMPT, ownership.partition());
    }

    private static TopicPartition cursors(Ownership ownership) {
        return new TopicPartition(Topics.DELIVERY_CURSOR_STATE, ownership.partition());
    }

    /// What is found out about one partition. Confined to the thread of the take-over.
    private static final class Reading {
        private final Ownership ownership;
        private final long ledgerEnd;
        private final long cursorsEnd;
        private final Map<String, CursorRow> rows = new HashMap<>();
        private final Map<String, Long> starts = new HashMap<>();
        private final Map<String, Long> decidedFrom = new HashMap<>();
        private final Map<String, Long> places = new HashMap<>();
        private final Map<Source, Trace> traces = new HashMap<>();
        private final LogMemory memory = new LogMemory();

        Reading(Ownership ownership, long ledgerEnd, long cursorsEnd) {
            this.ownership = ownership;
            this.ledgerEnd = ledgerEnd;
            this.cursorsEnd = cursorsEnd;
        }

        void start(TopicPartition input, @Nullable OffsetAndMetadata committed, long beginning, long end) {
            if (committed == null) {
                // Every transaction that decides a record commits an offset: nothing was decided here.
                starts.put(input.topic(), beginning);
                return;
            }
            if (committed.offset() > end) {
                LOG.warnf(
                        "committed offset of %s is beyond its end: the topic is another one, read from its start",
                        input);
                starts.put(input.topic(), beginning);
                return;
            }
            starts.put(input.topic(), Math.max(committed.offset(), beginning));
            var place = LedgerPlace.parse(committed.metadata());
            if (place == null) {
                LOG.warnf("offset of %s was set by somebody else: all from there is delivered again", input);
                return;
            }
            places.put(input.topic(), place);
            decidedFrom.put(input.topic(), committed.offset());
        }

        long from(int memory) {
            long needed =
                    places.values().stream().mapToLong(Long::longValue).min().orElse(ledgerEnd);
            return Math.max(0, Math.min(needed, ledgerEnd) - memory);
        }

        void read(ConsumerRecord<byte[], byte[]> entry) {
            if (entry.topic().equals(Topics.DELIVERY_CURSOR_STATE)) {
                readCursor(entry);
                return;
            }
            try {
                read(AttemptRecords.trace(entry));
            } catch (IllegalArgumentException | ArithmeticException e) {
                LOG.warn("entry of the ledger is not readable, passed over", e);
            }
        }

        /// One that cannot be read must not be taken for one that is not there: its endpoint would lose what is
        /// behind it.
        private void readCursor(ConsumerRecord<byte[], byte[]> row) {
            var endpoint = new String(row.key(), StandardCharsets.UTF_8);
            if (row.value() == null) {
                rows.remove(endpoint);
            } else {
                rows.put(endpoint, CursorRow.read(row.value()));
            }
        }

        private void read(Trace trace) {
            var from = decidedFrom.get(trace.source().topic());
            if (from == null) {
                return;
            }
            if (trace.source().offset() >= from) {
                traces.put(trace.source(), trace);
                return;
            }
            // Above the start, memory grows again as records are accepted again, in their order: an undecided one
            // must not look like a repetition of what came after it.
            var mark = trace.mark();
            if (trace.fresh() && mark != null) {
                memory.remember(trace.endpoint(), mark);
            }
        }

        Ready ready() {
            var begins = new HashMap<String, Watermark.Start>();
            starts.forEach((topic, offset) -> begins.put(
                    topic, new Watermark.Start(offset, decidedUntil(topic), places.getOrDefault(topic, ledgerEnd))));
            return new Ready(ownership, begins, Map.copyOf(traces), memory, List.copyOf(rows.values()), ledgerEnd);
        }

        private long decidedUntil(String topic) {
            return traces.keySet().stream()
                    .filter(source -> source.topic().equals(topic))
                    .mapToLong(Source::offset)
                    .max()
                    .orElse(-1);
        }
    }
}
