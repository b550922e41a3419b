package dev.carillon.fanout.route;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/// Records of the log, for tests.
public final class Records {

    public static final Limits WIDE = new Limits(1000, Duration.ofHours(24), 1000, Duration.ofMinutes(5), 1024 * 1024);

    private Records() {}

    public static ConsumerRecord<byte[], byte[]> event(int partition, long offset, Channel channel, long timestamp) {
        return event(partition, offset, channel, timestamp, null);
    }

    public static ConsumerRecord<byte[], byte[]> event(
            int partition, long offset, Channel channel, long timestamp, @Nullable String idempotencyKey) {
        var event = entry(offset + 1, channel, 8).event();
        return new ConsumerRecord<>(
                Topics.EVENT_PUBLISHED,
                partition,
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                channel.name().getBytes(StandardCharsets.US_ASCII),
                event.data().toByteArray(),
                EventRecords.headers(event, idempotencyKey),
                Optional.empty());
    }

    /// An event that is not kept.
    public static ConsumerRecord<byte[], byte[]> skipped(int partition, long offset, Channel channel, long timestamp) {
        var record = event(partition, offset, channel, timestamp);
        EventRecords.add(record.headers(), EventHeaders.HISTORY, EventHeaders.HISTORY_SKIP);
        return record;
    }

    /// The order to forget a channel's past.
    public static ConsumerRecord<byte[], byte[]> removal(int partition, long offset, Channel channel, long timestamp) {
        var order = EventRecords.removal(channel, partition);
        return new ConsumerRecord<>(
                order.topic(),
                partition,
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                order.key(),
                null,
                order.headers(),
                Optional.empty());
    }

    /// A row of the namespaces' topic.
    public static ConsumerRecord<byte[], byte[]> namespace(@Nullable String json, String name) {
        return new ConsumerRecord<>(
                Topics.NAMESPACE_STATE,
                0,
                0,
                name.getBytes(StandardCharsets.UTF_8),
                json == null ? null : json.getBytes(StandardCharsets.UTF_8));
    }

    public static LogEntry entry(long offset, Channel channel, int size) {
        return new LogEntry(
                offset,
                new Event(
                        new Event.Id("e" + offset),
                        "tick",
                        "/test",
                        Instant.EPOCH,
                        channel,
                        "",
                        ByteString.copyFrom(new byte[size]),
                        Map.of(),
                        null));
    }

    /// A ring that holds publications of that size at these offsets and knows everything after `floor`.
    public static Ring ring(Channel channel, int size, long floor, LongStream offsets) {
        var ring = new Ring(floor);
        offsets.forEach(offset -> ring.append(entry(offset, channel, size), 0));
        return ring;
    }

    /// A ring that holds publications at these offsets and knows everything after `floor`.
    public static Ring ring(Channel channel, long floor, long... offsets) {
        return ringOfLarge(channel, 8, floor, offsets);
    }

    /// The same, with that many bytes of data in each.
    public static Ring ringOfLarge(Channel channel, int size, long floor, long... offsets) {
        var ring = new Ring(floor);
        for (long offset : offsets) {
            ring.append(entry(offset, channel, size), 0);
        }
        return ring;
    }
}
