package dev.carillon.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventCodec;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What a [TestOwner] knows of one channel. Confined to the owner's thread.
final class TestOwnerBook {

    private final TreeMap<Long, LogEntry> entries = new TreeMap<>();
    private final TreeMap<Long, Instant> times = new TreeMap<>();
    private final Set<String> followers = new TreeSet<>();
    private int partition = -1;
    private long floor;
    private long previous;
    private long last;
    private long removed;
    private @Nullable LogEntry newest;

    Set<String> followers() {
        return followers;
    }

    long floor() {
        return floor;
    }

    /// The offset of the publication, or of the removal, before the newest.
    long previous() {
        return previous;
    }

    /// The offset of the newest publication or removal.
    long last() {
        return last;
    }

    /// Up to where the past was removed.
    long removed() {
        return removed;
    }

    LogEntry newest() {
        if (newest == null) {
            throw new IllegalStateException("nothing was published yet");
        }
        return newest;
    }

    int partition() {
        return partition;
    }

    void partition(int known) {
        partition = known;
    }

    void add(ConsumerRecord<byte[], byte[]> record, LogEntry entry) {
        move(record.partition(), entry.offset());
        newest = entry;
        times.put(entry.offset(), Instant.ofEpochMilli(record.timestamp()));
        if (isKept(record)) {
            entries.put(entry.offset(), entry);
        }
    }

    void remove(int itsPartition, long offset) {
        move(itsPartition, offset);
        if (!entries.isEmpty()) {
            floor = entries.lastKey();
        }
        entries.clear();
        removed = offset;
    }

    /// An offset after which everything is that came at `time` or later.
    long before(Instant time) {
        return times.entrySet().stream()
                .filter(one -> !one.getValue().isBefore(time))
                .mapToLong(one -> one.getKey() - 1)
                .findFirst()
                .orElse(last);
    }

    private void move(int itsPartition, long offset) {
        partition = itsPartition;
        previous = last;
        last = offset;
    }

    static boolean isRemoval(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null && text(record, EventHeaders.HISTORY, "").equals(EventHeaders.HISTORY_REMOVED);
    }

    static boolean isKept(ConsumerRecord<byte[], byte[]> record) {
        return !text(record, EventHeaders.HISTORY, "").equals(EventHeaders.HISTORY_SKIP);
    }

    void forget(long upTo) {
        entries.headMap(upTo, true).clear();
        floor = upTo;
    }

    List<LogEntry> after(long offset) {
        return List.copyOf(entries.tailMap(offset, false).values());
    }

    List<LogEntry> page(@Nullable Position after, int limit, boolean reverse) {
        Stream<LogEntry> all;
        if (reverse) {
            var older = after == null ? entries : entries.headMap(after.offset(), false);
            all = new ArrayList<>(older.values()).reversed().stream();
        } else {
            all = after(after == null ? 0 : after.offset()).stream();
        }
        return all.limit(limit).toList();
    }

    /// Reads a record of the log in CloudEvents binary mode.
    static LogEntry entry(ConsumerRecord<byte[], byte[]> record) {
        var publisher = record.headers().lastHeader(EventHeaders.PUBLISHER);
        var event = new Event(
                new Event.Id(text(
                        record, EventHeaders.ID, record.topic() + '-' + record.partition() + '-' + record.offset())),
                text(record, EventHeaders.TYPE, Event.DEFAULT_TYPE),
                text(record, EventHeaders.SOURCE, Event.DEFAULT_SOURCE),
                Instant.parse(text(
                        record,
                        EventHeaders.TIME,
                        Instant.ofEpochMilli(record.timestamp()).toString())),
                new Channel(new String(record.key(), StandardCharsets.US_ASCII)),
                text(record, EventHeaders.CONTENT_TYPE, ""),
                ByteString.copyFrom(record.value()),
                tags(text(record, EventHeaders.TAGS, "{}")),
                publisher == null ? null : EventCodec.publisher(ByteString.copyFrom(publisher.value())));
        return new LogEntry(record.offset() + 1, event);
    }

    private static Map<String, String> tags(String json) {
        try {
            var tags = new TreeMap<String, String>();
            new JsonMapper()
                    .readTree(json)
                    .properties()
                    .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
            return tags;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("tags are not JSON", e);
        }
    }

    private static String text(ConsumerRecord<?, ?> record, String header, String otherwise) {
        var found = record.headers().lastHeader(header);
        return found == null ? otherwise : new String(found.value(), StandardCharsets.UTF_8);
    }
}
