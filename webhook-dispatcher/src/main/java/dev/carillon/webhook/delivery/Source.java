package dev.carillon.webhook.delivery;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The record that a delivery or a command came from: what is decided, once.
public record Source(String topic, int partition, long offset) {

    public static Source of(ConsumerRecord<?, ?> record) {
        return new Source(record.topic(), record.partition(), record.offset());
    }
}
