package dev.carillon.webhook.cursor;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.webhook.delivery.Ownership;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Reads for endpoints that are behind: one pass over a stretch of a partition serves all whose cursors are close
/// to one another. Each pass is bounded by what its endpoints have room for, and in time.
///
/// Each pass runs on a virtual thread, with a client that is kept for the next one. Safe for use by many threads.
public final class BacklogReader implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(BacklogReader.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// A gap that is not worth reading over.
    private static final long GAP = 1000;

    private static final int IDLE = 4;
    private static final int FETCH = 1024 * 1024;

    private final KafkaClients clients;
    private final Consumer<Pass.Result> done;
    private final ArrayDeque<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> idle = new ArrayDeque<>();
    private boolean isClosed;

    /// @param done is told of every pass that ends; must not wait
    public BacklogReader(KafkaClients clients, Consumer<Pass.Result> done) {
        this.clients = clients;
        this.done = done;
    }

    /// One pass over a partition.
    ///
    /// @param to where it ends at the latest
    public record Pass(Ownership ownership, List<Wanted> wanted, long to) {

        public Pass {
            wanted = List.copyOf(wanted);
        }

        /// What it found, for each of those for whom it read.
        public record Result(Pass pass, Map<Wanted, Found> found) {

            /// Nothing when it could not be read.
            public Found of(Wanted wanted) {
                return found.getOrDefault(wanted, Found.NOTHING);
            }
        }
    }

    public void start(Pass pass) {
        Thread.ofVirtual().name("backlog").start(() -> run(pass));
    }

    @Override
    public void close() {
        synchronized (idle) {
            isClosed = true;
            idle.forEach(org.apache.kafka.clients.consumer.Consumer::close);
            idle.clear();
        }
    }

    private void run(Pass pass) {
        Map<Wanted, Found> found = Map.of();
        try {
            var consumer = take();
            try {
                found = read(consumer, pass);
            } finally {
                give(consumer);
            }
        } catch (KafkaException e) {
            LOG.warn("backlog cannot be read, trying again", e);
        } finally {
            done.accept(new Pass.Result(pass, found));
        }
    }

    private static Map<Wanted, Found> read(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, Pass pass) {
        var partition =
                new TopicPartition(Topics.DELIVERY_WEBHOOK, pass.ownership().partition());
        consumer.assign(List.of(partition));
        long beginning = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        var riders = new HashMap<String, Rider>();
        pass.wanted().forEach(wanted -> riders.put(wanted.endpoint(), new Rider(wanted, beginning)));
        long position = Cursor.NONE;
        long moved = System.nanoTime();
        long began = moved;
        while (!pass.ownership().isLost() && System.nanoTime() - began < LONG.toNanos()) {
            long next = next(riders, Math.max(position, beginning), pass.to());
            if (next >= pass.to()) {
                riders.values().forEach(rider -> rider.reach(pass.to()));
                break;
            }
            if (position < 0 || next - position > GAP) {
                consumer.seek(partition, next);
                position = next;
            }
            for (var record : consumer.poll(POLL)) {
                var rider = record.offset() < pass.to() ? riders.get(key(record.key())) : null;
                if (rider != null) {
                    rider.visit(record);
                }
            }
            long reached = consumer.position(partition);
            if (reached > position) {
                position = reached;
                moved = System.nanoTime();
                long passed = Math.min(position, pass.to());
                riders.values().forEach(rider -> rider.reach(passed));
            } else if (System.nanoTime() - moved > PATIENCE.toNanos()) {
                break;
            }
        }
        var found = new HashMap<Wanted, Found>();
        riders.values().forEach(rider -> found.put(rider.wanted(), rider.found(beginning)));
        return found;
    }

    /// The next offset that anybody wants, at or after `position`; `to` when nobody wants any.
    private static long next(Map<String, Rider> riders, long position, long to) {
        long next = to;
        for (var rider : riders.values()) {
            next = Math.min(next, rider.next(position));
        }
        return next;
    }

    private static String key(byte[] key) {
        return key == null ? "" : new String(key, StandardCharsets.UTF_8);
    }

    private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> take() {
        synchronized (idle) {
            var kept = idle.poll();
            if (kept != null) {
                return kept;
            }
        }
        return clients.consumer(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(PATIENCE.toMillis())));
    }

    private void give(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer) {
        synchronized (idle) {
            if (!isClosed && idle.size() < IDLE) {
                idle.add(consumer);
                return;
            }
        }
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
