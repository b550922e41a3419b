package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/// Writes what was decided, all or nothing: ledger entries, retries, dead letters and offsets in one
/// transaction, on a thread of its own.
///
/// Whoever has something committed waits for the outcome before there is more. Confined to the intake thread
/// otherwise.
final class Ledger implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Ledger.class);

    /// What transactional ids of dispatchers begin with.
    static final String ID_PREFIX = "webhook.dispatch.";

    private static final int COMMIT_TRIES = 3;

    /// Room for the largest event that Kafka takes by default, and its headers.
    private static final int MAX_REQUEST = 4 * 1024 * 1024;

    /// One transaction follows another, and the first write of the next is refused until the end of the one before
    /// stands in all partitions: a few milliseconds.
    private static final int RETRY_MILLIS = 5;

    private static final int MAX_RETRY_MILLIS = 200;

    /// Until then all of a transaction is there: few batches to a partition. When the first of several is refused,
    /// so are all that follow it.
    private static final int LINGER_MILLIS = 5;

    private final Producer<byte[], byte[]> producer;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("webhook-ledger").daemon().factory());

    private Ledger(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /// What a commit came to.
    sealed interface Committed {

        /// It is written; per partition, the end of the ledger that this shows.
        record Yes(Map<Integer, Long> ends) implements Committed {}

        /// Nothing is written; the same may be tried again.
        record No() implements Committed {}

        /// Nothing is written, and will not be as long as the largest record is among it.
        record TooLarge() implements Committed {}
    }

    /// This process cannot go on as it is: somebody else has taken its place, or nobody knows what was written.
    static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LostException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The transactional id of an instance.
    static String id(String instance) {
        return ID_PREFIX + instance;
    }

    /// Opens it, and ends what an earlier run of the same instance left open.
    static Ledger open(KafkaClients clients, String instance, Duration transactionTimeout) {
        int timeout = Math.toIntExact(transactionTimeout.toMillis());
        var producer = clients.producer(Map.of(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                id(instance),
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                timeout,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                timeout,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                timeout / 2,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                timeout,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                MAX_REQUEST,
                ProducerConfig.LINGER_MS_CONFIG,
                LINGER_MILLIS,
                ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
                RETRY_MILLIS,
                ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG,
                MAX_RETRY_MILLIS));
        try {
            producer.initTransactions();
            return new Ledger(producer);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /// Begins to write. The outcome is a [LostException] when it is not known whether all of it is written, or
    /// this instance was replaced.
    ///
    /// @param more whatever is to be written along
    Future<Committed> commit(
            List<Decision> decisions,
            List<ProducerRecord<byte[], byte[]>> more,
            Map<TopicPartition, Watermark.Mark> marks,
            ConsumerGroupMetadata group) {
        return thread.submit(() -> write(decisions, more, marks, group));
    }

    private Committed write(
            List<Decision> decisions,
            List<ProducerRecord<byte[], byte[]>> more,
            Map<TopicPartition, Watermark.Mark> marks,
            ConsumerGroupMetadata group) {
        try {
            producer.beginTransaction();
        } catch (KafkaException | IllegalStateException e) {
            throw new LostException("no transaction can begin", e);
        }
        var sent = new ArrayList<Future<RecordMetadata>>();
        try {
            for (var decision : decisions) {
                decision.records().forEach(record -> sent.add(producer.send(record)));
            }
            more.forEach(record -> sent.add(producer.send(record)));
            producer.sendOffsetsToTransaction(offsets(marks), group);
        } catch (CommitFailedException | RebalanceInProgressException e) {
            LOG.debug("partitions are moving, nothing is committed", e);
            return abort();
        } catch (KafkaException e) {
            return failed(e);
        }
        return finish(sent);
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        thread.shutdownNow();
    }

    private Committed finish(List<Future<RecordMetadata>> sent) {
        for (int i = 1; i <= COMMIT_TRIES; i++) {
            try {
                producer.commitTransaction();
                return new Committed.Yes(ends(sent));
            } catch (TimeoutException e) {
                LOG.warn("commit is not answered, asking again", e);
            } catch (KafkaException e) {
                return failed(e);
            }
        }
        throw new LostException("nobody knows whether the transaction is committed", new TimeoutException());
    }

    private Committed failed(KafkaException why) {
        LOG.warn("transaction is aborted and tried again", why);
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                abort();
                return new Committed.TooLarge();
            }
            if (cause instanceof ProducerFencedException fenced) {
                throw fenced;
            }
        }
        return abort();
    }

    private Committed abort() {
        try {
            producer.abortTransaction();
            return new Committed.No();
        } catch (KafkaException | IllegalStateException e) {
            throw new LostException("transaction cannot be aborted", e);
        }
    }

    private static Map<Integer, Long> ends(List<Future<RecordMetadata>> sent) {
        var ends = new HashMap<Integer, Long>();
        for (var future : sent) {
            try {
                var metadata = future.get();
                if (metadata.topic().equals(Topics.DELIVERY_ATTEMPT)) {
                    ends.merge(metadata.partition(), metadata.offset() + 1, Math::max);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LostException("interrupted after a commit", e);
            } catch (ExecutionException e) {
                throw new LostException("a committed record was not sent", e);
            }
        }
        return ends;
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Map<TopicPartition, Watermark.Mark> marks) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        marks.forEach((input, mark) ->
                offsets.put(input, new OffsetAndMetadata(mark.offset(), LedgerPlace.text(mark.ledger()))));
        return offsets;
    }
}
