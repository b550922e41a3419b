package dev.carillon.fanout.route;

import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/// A record that nobody can use, as it is kept: what it was, why it is here, and where it stood. Pure.
///
/// With all that it may not fit into the topic any more: then it goes without its value, or else without its
/// key and headers too, because its place is told anyway.
public final class DeadLetter {

    private static final int MAX_BYTES = 900 * 1024;
    private static final int HEADER_OVERHEAD = 16;
    private static final int MAX_REASON = 500;

    private DeadLetter() {}

    /// @param reason for people
    public static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> record, String reason) {
        var value = record.value();
        int around = sizeAroundValue(record);
        boolean isValueTooMuch = value != null && around + value.length > MAX_BYTES;
        var dead = around > MAX_BYTES
                ? new ProducerRecord<byte[], byte[]>(Topics.EVENT_DEAD, null, null, null)
                : new ProducerRecord<>(
                        Topics.EVENT_DEAD, null, record.key(), isValueTooMuch ? null : value, record.headers());
        add(dead, EventHeaders.DEAD_REASON, reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
        add(dead, EventHeaders.DEAD_TOPIC, record.topic());
        add(dead, EventHeaders.DEAD_PARTITION, Integer.toString(record.partition()));
        add(dead, EventHeaders.DEAD_OFFSET, Long.toString(record.offset()));
        return dead;
    }

    private static int sizeAroundValue(ConsumerRecord<byte[], byte[]> record) {
        int size = record.key() == null ? 0 : record.key().length;
        for (Header header : record.headers()) {
            size += header.key().length() + HEADER_OVERHEAD + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }

    private static void add(ProducerRecord<byte[], byte[]> dead, String name, String text) {
        EventRecords.add(dead.headers(), name, text);
    }
}
