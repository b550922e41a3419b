package dev.carillon.webhook.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EndpointStatsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void addsUpWhatWasAttempted() {
        var stats = new EndpointStats(NOW.minus(Duration.ofHours(1)), NOW.minus(Duration.ofDays(1)));

        for (int i = 1; i <= 100; i++) {
            stats.hear(entry(Duration.ofMinutes(1), i <= 90 ? "delivered" : "failed", i));
        }
        stats.hear(entry(Duration.ofHours(2), "delivered", 1000));
        stats.hear(entry(Duration.ofMinutes(3), "cancelled", 0));
        stats.hear(entry(Duration.ofMinutes(3), "moved", 0));
        stats.hear(entry(Duration.ofDays(2), "failed", 5));

        var view = stats.view();
        assertThat(view.at("/hour/outcomes/delivered").asInt()).isEqualTo(90);
        assertThat(view.at("/hour/outcomes/cancelled").asInt()).isEqualTo(1);
        assertThat(view.at("/hour/outcomes/moved").isMissingNode()).isTrue();
        assertThat(view.at("/hour/successRate").asDouble()).isEqualTo(0.9);
        assertThat(view.at("/hour/millis/p50").asInt()).isEqualTo(50);
        assertThat(view.at("/hour/millis/p95").asInt()).isEqualTo(95);
        assertThat(view.at("/hour/millis/p99").asInt()).isEqualTo(99);
        assertThat(view.at("/day/outcomes/delivered").asInt()).isEqualTo(91);
        assertThat(view.at("/day/outcomes/failed").asInt()).isEqualTo(10);
    }

    @Test
    void takesPercentilesOfFewValues() {
        assertThat(EndpointStats.percentile(new int[] {7}, 50)).isEqualTo(7);
        assertThat(EndpointStats.percentile(new int[] {7, 9}, 50)).isEqualTo(7);
        assertThat(EndpointStats.percentile(new int[] {7, 9}, 99)).isEqualTo(9);
    }

    private static ConsumerRecord<byte[], byte[]> entry(Duration ago, String outcome, int millis) {
        var json = "{\"outcome\":\"" + outcome + "\",\"millis\":" + millis + "}";
        return new ConsumerRecord<>(
                "attempts",
                0,
                0,
                NOW.minus(ago).toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                json.length(),
                new byte[0],
                json.getBytes(UTF_8),
                new RecordHeaders(),
                Optional.empty());
    }
}
