package dev.carillon.system.chaos;

import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.testkit.KafkaProbe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// A backend's own producer (`acks=all`), which knows CloudEvents. A repeat comes from a new producer, so Kafka
/// does not recognise it: the idempotency key has to.
final class KafkaPress implements Press {

    private static final Map<String, Object> SETTINGS = Map.of(
            "acks", "all",
            "enable.idempotence", "true",
            "linger.ms", "0",
            "max.block.ms", "10000",
            "request.timeout.ms", "5000",
            "delivery.timeout.ms", "15000");
    private static final int PATIENCE_SECONDS = 30;

    private final KafkaProbe probe;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    KafkaPress(KafkaProbe probe) {
        this.probe = probe;
    }

    @Override
    public Outcome publish(String channel, String key) throws InterruptedException {
        var record = new ProducerRecord<>(Topics.EVENT_PUBLISHED, bytes(channel), bytes(Load.data(channel, key)));
        record.headers()
                .add(EventHeaders.SPEC_VERSION, bytes("1.0"))
                .add(EventHeaders.ID, bytes(key))
                .add(EventHeaders.SOURCE, bytes("/chaos"))
                .add(EventHeaders.TYPE, bytes("chaos.kafka"))
                .add(EventHeaders.CONTENT_TYPE, bytes("application/json"))
                .add(EventHeaders.IDEMPOTENCY_KEY, bytes(key));
        try {
            var open = producer == null ? probe.producer(SETTINGS) : producer;
            producer = open;
            open.send(record).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return Outcome.ACKNOWLEDGED;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            close();
            return Outcome.AGAIN;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }
}
