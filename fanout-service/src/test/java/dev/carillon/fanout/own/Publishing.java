package dev.carillon.fanout.own;

import dev.carillon.contract.Channel;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.SimulatedNode;
import dev.carillon.kit.EventRecords;
import dev.carillon.testkit.KafkaProbe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Publishes steadily, one channel after the other, and measures how long events are under way to a node.
///
/// Works on a thread of its own.
final class Publishing implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Channel> channels;
    private final Map<String, Long> underWay = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile long worst;
    private volatile int arrived;
    private volatile boolean closed;

    Publishing(KafkaProbe probe, SimulatedNode node, List<Channel> channels) {
        this.producer = probe.producer(Map.of("acks", "all"));
        this.channels = channels;
        node.onDelivered(this::arrived);
        this.thread = Thread.ofPlatform().daemon().name("publishing").start(this::run);
    }

    /// The longest time that an event was under way since the last call.
    Duration takeWorst() {
        var taken = Duration.ofNanos(worst);
        worst = 0;
        return taken;
    }

    /// How many events came to the node.
    int arrived() {
        return arrived;
    }

    int underWay() {
        return underWay.size();
    }

    /// No more is published.
    void stop() throws InterruptedException {
        closed = true;
        thread.join(Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }

    private void run() {
        for (int i = 0; !closed; i++) {
            publish(channels.get(i % channels.size()), "p" + i);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void publish(Channel channel, String id) {
        var key = channel.name().getBytes(StandardCharsets.US_ASCII);
        var record = new ProducerRecord<>(Topics.EVENT_PUBLISHED, null, key, "{}".getBytes(StandardCharsets.US_ASCII));
        EventRecords.add(record.headers(), EventHeaders.ID, id);
        underWay.put(id, System.nanoTime());
        var _ = producer.send(record);
    }

    /// On the node's thread, which alone writes what is measured.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void arrived(LogEntry entry) {
        var sent = underWay.remove(entry.event().id().value());
        if (sent != null) {
            worst = Math.max(worst, System.nanoTime() - sent);
            arrived++;
        }
    }
}
