package dev.carillon.webhook.api;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.Partitions;
import dev.carillon.kit.TopicsConfig;
import dev.carillon.webhook.WebhookConfig;
import dev.carillon.webhook.scan.PartitionScan;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Looks at the newest records of a topic that is partitioned by endpoint, as many per partition as configured.
/// Waits: for virtual threads.
@Singleton
final class NewestRecords {

    private final KafkaClients clients;
    private final WebhookConfig config;
    private final int partitions;

    NewestRecords(KafkaClients clients, WebhookConfig config, TopicsConfig topics) {
        this.clients = clients;
        this.config = config;
        this.partitions = topics.webhookPartitions();
    }

    /// The partitions that hold what belongs to an endpoint, or to all.
    List<Integer> partitions(@Nullable String endpoint) {
        return endpoint == null
                ? IntStream.range(0, partitions).boxed().toList()
                : List.of(Partitions.of(endpoint.getBytes(StandardCharsets.UTF_8), partitions));
    }

    /// Tells `visitor` of every record that is looked at, oldest first within a partition.
    ///
    /// @return whether there are older ones, too many to look at
    boolean visit(String topic, @Nullable String endpoint, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        boolean isIncomplete = false;
        try (var scan = PartitionScan.open(clients, config.requestPatience())) {
            for (int number : partitions(endpoint)) {
                var partition = new TopicPartition(topic, number);
                var extent = scan.extent(partition);
                long from = Math.max(extent.beginning(), extent.end() - config.scanLimit());
                isIncomplete |= from > extent.beginning();
                scan.read(partition, from, extent.end(), visitor);
            }
        }
        return isIncomplete;
    }

    /// Tells `visitor` of every attempt at an endpoint that was written at or after a time, as many as
    /// configured.
    ///
    /// @return whether these are all
    boolean visitSince(Instant since, String endpoint, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        var key = endpoint.getBytes(StandardCharsets.UTF_8);
        var partition =
                new TopicPartition(Topics.DELIVERY_ATTEMPT, partitions(endpoint).getFirst());
        try (var scan = PartitionScan.open(clients, config.requestPatience())) {
            var extent = scan.extent(partition);
            long begin = scan.offsetAt(partition, since, extent);
            long from = Math.max(begin, extent.end() - config.ledgerEntries());
            scan.read(partition, from, extent.end(), entry -> {
                if (Arrays.equals(key, entry.key())) {
                    visitor.accept(entry);
                }
            });
            return from == begin;
        }
    }

    /// The offset of whatever is written next to a partition.
    long end(String topic, int number) {
        try (var scan = PartitionScan.open(clients, config.requestPatience())) {
            return scan.knownEnd(new TopicPartition(topic, number));
        }
    }

    /// Tells `visitor` of every record of one partition, oldest first.
    void visitAll(String topic, int number, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        try (var scan = PartitionScan.open(clients, config.requestPatience())) {
            var partition = new TopicPartition(topic, number);
            var extent = scan.extent(partition);
            scan.read(partition, extent.beginning(), extent.end(), visitor);
        }
    }
}
