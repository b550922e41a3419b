package dev.carillon.webhook.command;

import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.webhook.delivery.DeadReason;
import dev.carillon.webhook.scan.PartitionScan;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Finds a delivery that Kafka still has: the newest record of it among the deliveries, else among the dead
/// letters, which are kept for longer. Confined to one thread.
final class KeptDelivery {

    private static final int STRETCH = 5_000;

    private final byte[] endpoint;
    private final String event;
    private @Nullable ConsumerRecord<byte[], byte[]> found;

    private KeptDelivery(String endpoint, String event) {
        this.endpoint = endpoint.getBytes(StandardCharsets.UTF_8);
        this.event = event;
    }

    static @Nullable ConsumerRecord<byte[], byte[]> find(
            PartitionScan scan, int partition, String endpoint, String event) {
        var search = new KeptDelivery(endpoint, event);
        for (var topic : List.of(Topics.DELIVERY_WEBHOOK, Topics.DELIVERY_DEAD)) {
            var where = new TopicPartition(topic, partition);
            var extent = scan.extent(where);
            scan.readBack(where, extent.beginning(), extent.end(), STRETCH, search::look, () -> search.found != null);
        }
        return search.found;
    }

    private void look(ConsumerRecord<byte[], byte[]> record) {
        if (Arrays.equals(record.key(), endpoint) && event.equals(id(record)) && hasData(record)) {
            found = record;
        }
    }

    private static String id(ConsumerRecord<byte[], byte[]> record) {
        return EventRecords.text(record.headers(), EventHeaders.ID, "");
    }

    private static boolean hasData(ConsumerRecord<byte[], byte[]> record) {
        return !EventRecords.text(record.headers(), EventHeaders.DEAD_REASON, "")
                .equals(DeadReason.TOO_LARGE.text());
    }
}
