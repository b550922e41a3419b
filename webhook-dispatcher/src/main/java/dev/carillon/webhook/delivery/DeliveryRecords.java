package dev.carillon.webhook.delivery;

import dev.carillon.contract.Channel;
import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Deliveries as Kafka records. What is written on behalf of a delivery goes to the partition that it came
/// from, so that its owner stays its owner, with the event's own headers as they came.
public final class DeliveryRecords {

    /// Headers that say how far a delivery is: written anew each time.
    private static final Set<String> STATE = Set.of(
            DeliveryHeaders.LANE,
            DeliveryHeaders.ATTEMPT,
            DeliveryHeaders.DUE,
            DeliveryHeaders.FIRST_AT,
            DeliveryHeaders.REVISION,
            DeliveryHeaders.MOVES,
            DeliveryHeaders.ORIGIN,
            DeliveryHeaders.OPERATION,
            DeliveryHeaders.DEAD_AT,
            DeliveryHeaders.DEAD_DETAIL,
            EventHeaders.DEAD_REASON,
            EventHeaders.DEAD_TOPIC,
            EventHeaders.DEAD_PARTITION,
            EventHeaders.DEAD_OFFSET);

    private DeliveryRecords() {}

    /// @throws IllegalArgumentException when the record is no delivery; the message says why
    public static Delivery read(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            throw new IllegalArgumentException("delivery has no key, so no endpoint");
        }
        var headers = record.headers();
        var channel = new Channel(EventRecords.text(headers, EventHeaders.CHANNEL, ""));
        long firstAt = number(headers, DeliveryHeaders.FIRST_AT, -1);
        number(headers, DeliveryHeaders.ORIGIN, -1);
        return new Delivery(
                record,
                new String(record.key(), StandardCharsets.UTF_8),
                EventRecords.read(channel, record),
                Lane.parse(EventRecords.text(headers, DeliveryHeaders.LANE, Lane.FRESH.text())),
                Math.toIntExact(number(headers, DeliveryHeaders.ATTEMPT, 1)),
                Instant.ofEpochMilli(number(headers, DeliveryHeaders.DUE, 0)),
                firstAt < 0 ? null : Instant.ofEpochMilli(firstAt),
                Math.toIntExact(number(headers, DeliveryHeaders.MOVES, 0)),
                mark(headers));
    }

    /// Where in the log the event of a record is, or null when it does not say.
    ///
    /// @throws IllegalArgumentException when what it says is not readable
    public static @Nullable LogMark mark(Headers headers) {
        long offset = number(headers, EventHeaders.LOG_OFFSET, -1);
        if (offset < 0) {
            return null;
        }
        int partition = Math.toIntExact(number(headers, EventHeaders.LOG_PARTITION, -1));
        return new LogMark(EventRecords.text(headers, EventHeaders.LOG_EPOCH, ""), partition, offset);
    }

    /// A number in a header.
    ///
    /// @throws IllegalArgumentException when it is none
    public static long number(Headers headers, String name, long otherwise) {
        var text = EventRecords.text(headers, name, "");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("header " + name + " is no number", e);
        }
    }

    /// The delivery in a retry tier.
    ///
    /// @param attempt the number of the attempt to make then
    /// @param moves how often it was put off without an attempt
    /// @param revision of the endpoint as it was last seen
    public static ProducerRecord<byte[], byte[]> retry(
            String topic, Delivery delivery, int attempt, Instant due, int moves, long revision, Instant now) {
        var headers = eventHeaders(delivery.record().headers());
        EventRecords.add(headers, DeliveryHeaders.LANE, Lane.RETRY.text());
        add(headers, DeliveryHeaders.ATTEMPT, attempt);
        add(headers, DeliveryHeaders.DUE, due.toEpochMilli());
        add(headers, DeliveryHeaders.MOVES, moves);
        add(headers, DeliveryHeaders.REVISION, revision);
        var firstAt = delivery.firstAt();
        if (firstAt != null) {
            add(headers, DeliveryHeaders.FIRST_AT, firstAt.toEpochMilli());
        }
        return to(topic, delivery.record(), now, headers);
    }

    /// The record as a dead letter.
    ///
    /// @param attempts how many were made
    /// @param detail what came of the last one, for people
    public static ProducerRecord<byte[], byte[]> dead(
            ConsumerRecord<byte[], byte[]> record, DeadReason reason, int attempts, String detail, Instant now) {
        var headers = eventHeaders(record.headers());
        EventRecords.add(headers, EventHeaders.DEAD_REASON, reason.text());
        EventRecords.add(headers, EventHeaders.DEAD_TOPIC, record.topic());
        add(headers, EventHeaders.DEAD_PARTITION, record.partition());
        add(headers, EventHeaders.DEAD_OFFSET, record.offset());
        add(headers, DeliveryHeaders.ATTEMPT, attempts);
        add(headers, DeliveryHeaders.DEAD_AT, now.toEpochMilli());
        EventRecords.add(headers, DeliveryHeaders.DEAD_DETAIL, detail);
        return to(Topics.DELIVERY_DEAD, record, now, headers);
    }

    /// A dead letter as a new delivery: same event, first attempt.
    public static ProducerRecord<byte[], byte[]> replay(
            ConsumerRecord<byte[], byte[]> letter, String operation, Instant now) {
        var headers = eventHeaders(letter.headers());
        EventRecords.add(headers, DeliveryHeaders.LANE, Lane.REPLAY.text());
        EventRecords.add(headers, DeliveryHeaders.OPERATION, operation);
        return to(Topics.DELIVERY_WEBHOOK, letter, now, headers);
    }

    /// A record that follows from a delivery, with the origin of that one; see [DeliveryHeaders#ORIGIN].
    public static ProducerRecord<byte[], byte[]> from(Delivery delivery, ProducerRecord<byte[], byte[]> record) {
        boolean isOfDelivery = record.topic().startsWith(Topics.DELIVERY_RETRY_PREFIX)
                || record.topic().equals(Topics.DELIVERY_ATTEMPT)
                || record.topic().equals(Topics.DELIVERY_DEAD);
        if (isOfDelivery && delivery.origin() >= 0 && record.headers().lastHeader(DeliveryHeaders.ORIGIN) == null) {
            add(record.headers(), DeliveryHeaders.ORIGIN, delivery.origin());
        }
        return record;
    }

    /// Says, after a dead letter and in its partition, that nobody wants it any more.
    public static ProducerRecord<byte[], byte[]> purged(
            ConsumerRecord<byte[], byte[]> letter, String operation, Instant now) {
        var headers = new RecordHeaders();
        add(headers, DeliveryHeaders.PURGED, letter.offset());
        EventRecords.add(headers, DeliveryHeaders.OPERATION, operation);
        return new ProducerRecord<>(
                Topics.DELIVERY_DEAD, letter.partition(), now.toEpochMilli(), letter.key(), new byte[0], headers);
    }

    /// Says, after a dead letter and in its partition, that it was replayed.
    public static ProducerRecord<byte[], byte[]> replayed(
            ConsumerRecord<byte[], byte[]> letter, String operation, Instant now) {
        var headers = new RecordHeaders();
        add(headers, DeliveryHeaders.REPLAYED, letter.offset());
        EventRecords.add(headers, DeliveryHeaders.OPERATION, operation);
        return new ProducerRecord<>(
                Topics.DELIVERY_DEAD, letter.partition(), now.toEpochMilli(), letter.key(), new byte[0], headers);
    }

    /// What was to be written, as a dead letter without its data, which Kafka does not take. The log still has
    /// it.
    public static ProducerRecord<byte[], byte[]> withoutData(ProducerRecord<byte[], byte[]> record) {
        var headers = new RecordHeaders(record.headers());
        headers.remove(EventHeaders.DEAD_REASON);
        headers.remove(DeliveryHeaders.DEAD_AT);
        EventRecords.add(headers, EventHeaders.DEAD_REASON, DeadReason.TOO_LARGE.text());
        add(headers, DeliveryHeaders.DEAD_AT, record.timestamp());
        return new ProducerRecord<>(
                Topics.DELIVERY_DEAD, record.partition(), record.timestamp(), record.key(), new byte[0], headers);
    }

    public static void add(Headers headers, String name, long number) {
        EventRecords.add(headers, name, Long.toString(number));
    }

    private static ProducerRecord<byte[], byte[]> to(
            String topic, ConsumerRecord<byte[], byte[]> record, Instant now, Headers headers) {
        return new ProducerRecord<>(
                topic, record.partition(), now.toEpochMilli(), record.key(), record.value(), headers);
    }

    private static Headers eventHeaders(Headers from) {
        var headers = new RecordHeaders();
        for (var header : from) {
            if (!STATE.contains(header.key())) {
                headers.add(header);
            }
        }
        return headers;
    }
}
