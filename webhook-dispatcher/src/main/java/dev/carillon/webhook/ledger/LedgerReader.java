package dev.carillon.webhook.ledger;

import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.KafkaClients;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.delivery.LogMark;
import dev.carillon.webhook.scan.PartitionScan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Accounts for what was accepted in a while, a bounded stretch at a time. Any process can: it reads topics
/// only.
///
/// Waits: for virtual threads. Safe for use by many.
public final class LedgerReader {

    private static final Logger LOG = Logger.getLogger(LedgerReader.class);

    /// How far clocks of those who write to topics may be apart.
    private static final Duration SKEW = Duration.ofMinutes(5);

    /// How far back what is repeated is looked for.
    private static final int RECALLED = 2_000;

    private final KafkaClients clients;
    private final String group;
    private final List<String> tiers;
    private final Duration patience;
    private final Limits limits;

    /// How much is read for one answer.
    ///
    /// @param deliveries looked at, of all partitions together
    /// @param entries of attempts looked at, per partition
    public record Limits(int deliveries, int entries) {}

    /// @param group of the dispatchers
    /// @param tiers the retry topics
    /// @param patience how long Kafka may let it wait, longer than a transaction can be in doubt
    public LedgerReader(KafkaClients clients, String group, List<String> tiers, Duration patience, Limits limits) {
        this.clients = clients;
        this.group = group;
        this.tiers = List.copyOf(tiers);
        this.patience = patience;
        this.limits = limits;
    }

    /// What is asked.
    ///
    /// @param since deliveries accepted at or after it
    /// @param until and before it
    /// @param isWanted which endpoints are meant
    public record Question(Instant since, Instant until, List<Integer> partitions, Predicate<String> isWanted) {
        public Question {
            partitions = List.copyOf(partitions);
        }

        private boolean isInTime(Instant at) {
            return !at.isBefore(since) && at.isBefore(until);
        }
    }

    /// A place to go on from.
    ///
    /// @param offset in the deliveries of the partition, or -1 for the first one that is meant
    public record Place(int partition, long offset) {}

    /// What was found out.
    ///
    /// @param next where to go on, or null when all is told
    /// @param isCut whether retention, or the bound on what is read, hides something of it
    public record Answer(Statement statement, @Nullable Place next, boolean isCut) {}

    /// @param from where the answer before ended, or null for the first one
    public Answer read(Question question, @Nullable Place from) {
        var answer = new Answer(Statement.NONE, from, false);
        int room = limits.deliveries();
        var partitions = question.partitions().stream().sorted().toList();
        try (var scan = PartitionScan.open(clients, group, patience)) {
            for (int partition : partitions) {
                var next = answer.next();
                if (next != null && next.partition() > partition) {
                    continue;
                }
                if (room <= 0) {
                    return new Answer(answer.statement(), new Place(partition, -1), answer.isCut());
                }
                long start = next == null || next.partition() != partition ? -1 : next.offset();
                var stretch = new Stretch(question, partition, scan);
                var more = stretch.read(start, room);
                room -= stretch.looked;
                answer = new Answer(
                        answer.statement().plus(more.statement()), more.next(), answer.isCut() || more.isCut());
                if (more.next() != null) {
                    return answer;
                }
            }
        }
        return answer;
    }

    /// What of an endpoint waits.
    ///
    /// @param waiting deliveries without an end that are not in a retry topic
    /// @param behind how many of these are behind a cursor
    /// @param retrying deliveries in retry topics
    /// @param oldest when the oldest of those was accepted that are not in a retry topic, or null
    public record Backlog(
            long waiting,
            long behind,
            long retrying,
            @Nullable Instant oldest,
            boolean isCut) {}

    public Backlog backlog(String endpoint, int partition) {
        try (var scan = PartitionScan.open(clients, group, patience)) {
            var question = new Question(Instant.EPOCH, Instant.MAX, List.of(partition), endpoint::equals);
            var stretch = new Stretch(question, partition, scan);
            stretch.proof.begin();
            long decided = stretch.proof.decidedUpTo(Topics.DELIVERY_WEBHOOK);
            stretch.accept(stretch.proof.cursors().first(endpoint, decided), limits.deliveries());
            stretch.hear();
            stretch.proof.end();
            var open = stretch.accounting.undecided().stream()
                    .filter(stretch.proof::isPending)
                    .filter(delivery -> !stretch.proof.isRetrying(endpoint, delivery.offset()))
                    .toList();
            return new Backlog(
                    open.size(),
                    open.stream()
                            .filter(delivery -> stretch.proof.cursors().covers(endpoint, delivery.offset()))
                            .count(),
                    stretch.proof.retrying(endpoint).size(),
                    open.isEmpty() ? null : open.getFirst().at(),
                    stretch.isCut || stretch.next >= 0);
        }
    }

    /// Part of one partition. Confined to one thread.
    private final class Stretch {
        private final Question question;
        private final int partition;
        private final PartitionScan scan;
        private final Proof proof;
        private final Accounting accounting = new Accounting();
        private @Nullable Instant first;
        private int looked;
        private long next = -1;
        private boolean isCut;

        Stretch(Question question, int partition, PartitionScan scan) {
            this.question = question;
            this.partition = partition;
            this.scan = scan;
            this.proof = new Proof(scan, partition, tiers);
        }

        Answer read(long from, int room) {
            proof.begin();
            accept(from, room);
            hear();
            if (accounting.open() > 0) {
                proof.end();
            }
            boolean isUnsure = isCut;
            var statement = accounting.close(delivery -> proof.isPending(delivery) || isUnsure);
            return new Answer(statement, next < 0 ? null : new Place(partition, next), isCut);
        }

        /// Reads what was accepted.
        void accept(long from, int room) {
            var deliveries = of(Topics.DELIVERY_WEBHOOK);
            var extent = scan.extent(deliveries);
            long end = question.until().isAfter(Instant.now())
                    ? extent.end()
                    : scan.offsetAt(deliveries, question.until().plus(SKEW), extent);
            long start = from >= 0 ? from : scan.offsetAt(deliveries, question.since(), extent);
            isCut |= start < extent.beginning() || (from < 0 && start > 0 && start == extent.beginning());
            start = Math.max(start, extent.beginning());
            long stop = Math.min(end, start + room);
            scan.read(
                    deliveries,
                    Math.max(extent.beginning(), start - RECALLED),
                    start,
                    record -> accounting.recall(accepted(record)));
            scan.read(deliveries, start, stop, record -> {
                looked++;
                accept(accepted(record));
            });
            next = stop < end ? stop : -1;
        }

        private void accept(Accepted delivery) {
            if (question.isWanted().test(delivery.endpoint()) && question.isInTime(delivery.at())) {
                accounting.accept(delivery);
                first = first == null || delivery.at().isBefore(first) ? delivery.at() : first;
            }
        }

        /// Reads what the attempts say, until all ends are known.
        void hear() {
            if (first == null || accounting.open() == 0) {
                return;
            }
            var attempts = of(Topics.DELIVERY_ATTEMPT);
            var extent = scan.extent(attempts);
            long start = scan.offsetAt(attempts, first.minus(SKEW), extent);
            long end = scan.knownEnd(attempts);
            isCut |= start > 0 && start <= extent.beginning();
            long stop = Math.min(end, start + limits.entries());
            scan.readWhile(attempts, Math.min(start, stop), stop, record -> {
                hear(record);
                return accounting.open() > 0;
            });
            isCut |= stop < end && accounting.open() > 0;
        }

        private void hear(ConsumerRecord<byte[], byte[]> record) {
            try {
                var entry = Entries.read(record);
                if (entry != null) {
                    accounting.hear(entry);
                }
            } catch (IllegalArgumentException e) {
                LOG.warn("attempt is not readable, passed over", e);
            }
        }

        private TopicPartition of(String topic) {
            return new TopicPartition(topic, partition);
        }
    }

    private static Accepted accepted(ConsumerRecord<byte[], byte[]> record) {
        var headers = record.headers();
        return new Accepted(
                record.partition(),
                record.offset(),
                record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
                EventRecords.text(headers, EventHeaders.ID, ""),
                !EventRecords.text(headers, DeliveryHeaders.LANE, "").equals(Lane.REPLAY.text()),
                mark(record),
                Instant.ofEpochMilli(Math.max(0, record.timestamp())));
    }

    private static @Nullable LogMark mark(ConsumerRecord<byte[], byte[]> record) {
        try {
            return DeliveryRecords.mark(record.headers());
        } catch (IllegalArgumentException | ArithmeticException e) {
            return null;
        }
    }
}
