package dev.carillon.connection.publish;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.LogTopics;
import dev.carillon.connection.LogWatch;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Position;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.Partitions;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.TopicSetup;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Appends events to the log, and says where they stand once every in-sync replica has them.
///
/// Safe for use by many threads, event loops included: it never blocks. Kafka's `send` would wait for metadata
/// or for memory; here it may not wait at all (`max.block.ms` is 0), the metadata is fetched before the first
/// append is let in, and the bytes on their way are bounded below the producer's memory. Whatever cannot go now
/// fails now.
@Singleton
public final class EventLog {

    private static final Logger LOG = Logger.getLogger(EventLog.class);

    /// When to try again: what is missing then is Kafka, or room.
    private static final Duration RETRY = Duration.ofSeconds(1);

    /// Room in memory for a record beside its data: the batch that it opens in its partition, and its headers.
    private static final int RECORD_OVERHEAD = 1024;

    private final LogTopics topics;
    private final KafkaClients clients;
    private final Duration timeout;
    private final long capacity;
    private final AtomicLong inFlight = new AtomicLong();
    private final Counter acknowledged;
    private final Counter failed;
    private final Counter refused;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile @Nullable Target target;

    EventLog(LogTopics topics, KafkaClients clients, ConnectionConfig config, MeterRegistry meters) {
        this.topics = topics;
        this.clients = clients;
        this.timeout = config.publishTimeout();
        this.capacity = config.publishInFlight().asLongValue();
        this.acknowledged = meters.counter("carillon.publishes", "outcome", "acknowledged");
        this.failed = meters.counter("carillon.publishes", "outcome", "failed");
        this.refused = meters.counter("carillon.publishes", "outcome", "refused");
        meters.gauge("carillon.publishes.in.flight.bytes", inFlight);
    }

    /// The producer and what it writes to; there once it can take records without waiting.
    private record Target(Producer<byte[], byte[]> producer, TopicSetup.Log log) {}

    void start(@Observes StartupEvent event) {
        var _ = topics.ready()
                .thenAccept(log -> Thread.ofVirtual().name("event-log-open").start(() -> open(log)));
    }

    void stop(@Observes ShutdownEvent event) {
        stop.countDown();
        var last = target;
        target = null;
        if (last != null) {
            last.producer().close(timeout);
        }
    }

    /// Whether events can be appended, as far as is known: Kafka was reached, and the topics are there.
    public boolean isOpen() {
        return target != null;
    }

    /// Appends `event`.
    ///
    /// Events of one channel get their places in the order of the calls. After a failure the event may be in
    /// the log all the same; a repeat with the same key is then delivered once only.
    ///
    /// @param idempotencyKey see [dev.carillon.contract.EventHeaders#IDEMPOTENCY_KEY]; null for none
    /// @return completes on Kafka's thread, so hop before doing more than a little; fails with a
    ///     [ProblemException]
    public CompletionStage<Position> append(Event event, @Nullable String idempotencyKey) {
        return append(event, idempotencyKey, true);
    }

    /// @param kept false when nobody but those who listen now is to get it
    public CompletionStage<Position> append(Event event, @Nullable String idempotencyKey, boolean kept) {
        return append(event.data().size(), open -> record(open, event, idempotencyKey, kept));
    }

    /// Orders to forget everything that is in a channel by now.
    ///
    /// @return as of [#append(Event, String)]; the place of the order
    public CompletionStage<Position> remove(Channel channel) {
        return append(
                0,
                open -> EventRecords.removal(
                        channel, Partitions.of(channel, open.log().partitions())));
    }

    private CompletionStage<Position> append(long dataBytes, Function<Target, ProducerRecord<byte[], byte[]>> record) {
        var open = target;
        if (open == null) {
            refused.increment();
            return CompletableFuture.failedFuture(unavailable("the log is not reachable yet"));
        }
        long bytes = dataBytes + RECORD_OVERHEAD;
        if (inFlight.addAndGet(bytes) > capacity) {
            inFlight.addAndGet(-bytes);
            refused.increment();
            return CompletableFuture.failedFuture(unavailable("too much is on its way to the log"));
        }
        return send(open, record.apply(open), bytes);
    }

    private CompletionStage<Position> send(Target open, ProducerRecord<byte[], byte[]> record, long bytes) {
        var appended = new CompletableFuture<Position>();
        try {
            var _ = open.producer().send(record, (metadata, failure) -> {
                inFlight.addAndGet(-bytes);
                if (failure == null) {
                    acknowledged.increment();
                    appended.complete(new Position(open.log().epoch(), metadata.offset() + 1));
                } else {
                    failed.increment();
                    LOG.warn("event was not acknowledged", failure);
                    appended.completeExceptionally(unavailable("the log did not acknowledge the event in time"));
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            inFlight.addAndGet(-bytes);
            failed.increment();
            LOG.warn("event was not sent", e);
            appended.completeExceptionally(unavailable("the log does not take the event"));
        }
        return appended;
    }

    private static ProducerRecord<byte[], byte[]> record(
            Target open, Event event, @Nullable String idempotencyKey, boolean kept) {
        var channel = event.channel();
        var headers = EventRecords.headers(event, idempotencyKey);
        if (!kept) {
            EventRecords.add(headers, EventHeaders.HISTORY, EventHeaders.HISTORY_SKIP);
        }
        return new ProducerRecord<>(
                Topics.EVENT_PUBLISHED,
                Partitions.of(channel, open.log().partitions()),
                null,
                channel.name().getBytes(StandardCharsets.US_ASCII),
                event.data().toByteArray(),
                headers);
    }

    private void open(TopicSetup.Log log) {
        var producer = clients.producer(settings());
        try {
            while (!knows(producer)) {
                if (stop.await(50, TimeUnit.MILLISECONDS)) {
                    producer.close(Duration.ZERO);
                    return;
                }
            }
            target = new Target(producer, log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            producer.close(Duration.ZERO);
        }
    }

    /// With another number of partitions, channels have their places elsewhere, also in topics that are as they
    /// were: nothing is taken until the service starts anew.
    void changed(@Observes LogWatch.Change change) {
        var open = target;
        if (open == null || !(change instanceof LogWatch.Change.NewLog(var log))) {
            return;
        }
        if (log.partitions() == open.log().partitions()) {
            target = new Target(open.producer(), log);
        } else {
            LOG.errorf(
                    "the log has %d and not %d partitions: start this service again",
                    log.partitions(), open.log().partitions());
            target = null;
        }
    }

    /// Asks for the topic's metadata; the answer is there at one of the next looks.
    private static boolean knows(Producer<byte[], byte[]> producer) {
        try {
            return !producer.partitionsFor(Topics.EVENT_PUBLISHED).isEmpty();
        } catch (KafkaException e) {
            LOG.trace("metadata is not there yet", e);
            return false;
        }
    }

    private Map<String, Object> settings() {
        long request = Math.max(1, timeout.toMillis() / 2);
        return Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "carillon-event-log",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                0,
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Math.toIntExact(timeout.toMillis()),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.toIntExact(request),
                // Metadata of an idle topic must not be forgotten: fetching it again would make the next send wait.
                ProducerConfig.METADATA_MAX_IDLE_CONFIG,
                Duration.ofDays(3650).toMillis(),
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                2 * capacity,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                8 * 1024 * 1024);
    }

    private static ProblemException unavailable(String detail) {
        return ProblemException.retryAfter(ProblemType.UNAVAILABLE, detail, RETRY);
    }
}
