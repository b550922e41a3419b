package dev.carillon.fanout.source;

import dev.carillon.fanout.Configs;
import dev.carillon.kit.EventRecords;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/// Records of somebody else's topics, and sources as operators configure them, for tests.
final class SourceRecords {

    static final String TOPIC = "shop.orders";

    private SourceRecords() {}

    /// A source named `shop` of one topic.
    ///
    /// @param settings pairs of key and value
    static Source source(String... settings) {
        var all = new HashMap<String, String>();
        all.put("carillon.fanout.sources.shop.topics", TOPIC);
        for (int i = 0; i < settings.length; i += 2) {
            all.put("carillon.fanout.sources.shop." + settings[i], settings[i + 1]);
        }
        return configured(all);
    }

    static Source configured(Map<String, String> settings) {
        var config = Configs.with(settings).sources();
        return Source.of("shop", Objects.requireNonNull(config.get("shop")));
    }

    static ConsumerRecord<byte[], byte[]> record(@Nullable String key, @Nullable String value, String... headers) {
        return record(TOPIC, 3, 17, 1_700_000_000_000L, bytes(key), bytes(value), headers);
    }

    static ConsumerRecord<byte[], byte[]> record(
            String topic,
            int partition,
            long offset,
            long timestamp,
            byte @Nullable [] key,
            byte @Nullable [] value,
            String... headers) {
        var all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            EventRecords.add(all, headers[i], headers[i + 1]);
        }
        return new ConsumerRecord<>(
                topic,
                partition,
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                all,
                Optional.empty());
    }

    static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
