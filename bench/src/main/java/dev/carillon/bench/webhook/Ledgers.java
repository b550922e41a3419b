package dev.carillon.bench.webhook;

import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// What the topics of deliveries say, as anybody may read them: how many deliveries there are, and, in the
/// ledger of attempts, when each next attempt falls due.
final class Ledgers {

    private static final Pattern EVENT = Pattern.compile("\"event\":\"bench-([0-9a-f]{16})\"");
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private Ledgers() {}

    /// When retries fall due, by what the ledger says now, on the clock of [System#nanoTime].
    static Map<Lateness.Attempt, Long> due(String bootstrap) {
        var due = new HashMap<Lateness.Attempt, Long>();
        long offset = clockOffset();
        try (var consumer = consumer(bootstrap)) {
            var partitions = partitions(consumer, Topics.DELIVERY_ATTEMPT);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                consumer.poll(PATIENCE).forEach(entry -> put(due, entry, offset));
            }
        }
        return due;
    }

    /// How many deliveries fan-out has written so far.
    static long deliveries(String bootstrap) {
        try (var consumer = consumer(bootstrap)) {
            return consumer.endOffsets(partitions(consumer, Topics.DELIVERY_WEBHOOK)).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private static void put(Map<Lateness.Attempt, Long> due, ConsumerRecord<byte[], byte[]> entry, long offset) {
        var dueAt = entry.headers().lastHeader(DeliveryHeaders.DUE);
        var attempt = entry.headers().lastHeader(DeliveryHeaders.ATTEMPT);
        var event = EVENT.matcher(new String(entry.value(), StandardCharsets.UTF_8));
        if (dueAt == null || attempt == null || !event.find()) {
            return;
        }
        long millis = Long.parseLong(new String(dueAt.value(), StandardCharsets.US_ASCII));
        int made = Integer.parseInt(new String(attempt.value(), StandardCharsets.US_ASCII));
        var next = new Lateness.Attempt(Long.parseUnsignedLong(event.group(1), 16), made + 1);
        due.put(next, millis * 1_000_000 + offset);
    }

    /// What to add to nanoseconds since 1970. The smallest of some differences is the truest.
    private static long clockOffset() {
        long best = Long.MIN_VALUE;
        for (int i = 0; i < 100; i++) {
            long nanos = System.nanoTime();
            var now = Instant.now();
            best = Math.max(best, nanos - now.getEpochSecond() * 1_000_000_000L - now.getNano());
        }
        return best;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrap) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
