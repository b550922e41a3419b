package dev.carillon.bench.webhook;

import dev.carillon.bench.load.Marker;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Writes events into the log as any producer may: CloudEvents in Kafka's binary mode, the channel as key.
final class KafkaPress implements Press {

    private final Producer<byte[], byte[]> producer;
    private final byte[] blank;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /// @param linger how long a record waits for others to go with it
    /// @param bytes of data per event
    KafkaPress(String bootstrap, Duration linger, int bytes) {
        this.blank = EventData.blank(bytes);
        var serializer = new ByteArraySerializer();
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        Math.toIntExact(linger.toMillis()),
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        128 * 1024),
                serializer,
                serializer);
    }

    @Override
    public void publish(int endpoint, long due, long sequence) {
        var data = blank.clone();
        Marker.write(data, EventData.MARKER_AT, due, sequence);
        var key = Press.channel(endpoint).getBytes(StandardCharsets.US_ASCII);
        var record = new ProducerRecord<>(Topics.EVENT_PUBLISHED, key, data);
        add(record.headers(), EventHeaders.SPEC_VERSION, "1.0");
        add(record.headers(), EventHeaders.ID, Press.id(sequence));
        add(record.headers(), EventHeaders.TYPE, EventData.TYPE);
        add(record.headers(), EventHeaders.SOURCE, "/bench");
        add(record.headers(), EventHeaders.TIME, Instant.now().toString());
        add(record.headers(), EventHeaders.CONTENT_TYPE, "application/json");
        var _ = producer.send(record, (_, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
        });
    }

    @Override
    public void flush() {
        producer.flush();
        var failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the log did not take an event", failed);
        }
    }

    @Override
    public void close() {
        producer.close();
    }

    private static void add(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(StandardCharsets.US_ASCII));
    }
}
