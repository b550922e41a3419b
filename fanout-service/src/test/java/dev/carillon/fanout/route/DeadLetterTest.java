package dev.carillon.fanout.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

    private static final int MUCH = 950 * 1024;

    @Test
    void tellsWhatItWasAndWhyAndWhere() {
        // Given
        var record = record(10);
        record.headers().add("theirs", null);

        // When
        var dead = DeadLetter.of(record, "no reason");

        // Then
        assertThat(dead.topic()).isEqualTo(Topics.EVENT_DEAD);
        assertThat(dead.key()).isEqualTo(record.key());
        assertThat(dead.value()).isEqualTo(record.value());
        assertThat(dead.headers().lastHeader("theirs")).isNotNull();
        assertPlace(dead);
    }

    @Test
    void aLargeValueIsLeftOut() {
        // When
        var dead = DeadLetter.of(record(MUCH), "no reason");

        // Then
        assertThat(dead.value()).isNull();
        assertThat(dead.key()).isNotNull();
        assertPlace(dead);
    }

    @Test
    void largeHeadersAreLeftOut() {
        // Given
        var record = record(10);
        record.headers().add("theirs", new byte[MUCH]);

        // When
        var dead = DeadLetter.of(record, "no reason");

        // Then
        assertThat(dead.headers().lastHeader("theirs")).isNull();
        assertThat(dead.value()).isNull();
        assertPlace(dead);
    }

    private static void assertPlace(ProducerRecord<byte[], byte[]> dead) {
        assertThat(header(dead, EventHeaders.DEAD_REASON)).isEqualTo("no reason");
        assertThat(header(dead, EventHeaders.DEAD_TOPIC)).isEqualTo("t");
        assertThat(header(dead, EventHeaders.DEAD_PARTITION)).isEqualTo("1");
        assertThat(header(dead, EventHeaders.DEAD_OFFSET)).isEqualTo("2");
    }

    private static String header(ProducerRecord<byte[], byte[]> dead, String name) {
        return EventRecords.text(dead.headers(), name, "");
    }

    private static ConsumerRecord<byte[], byte[]> record(int valueBytes) {
        return new ConsumerRecord<>("t", 1, 2, "k".getBytes(StandardCharsets.UTF_8), new byte[valueBytes]);
    }
}
