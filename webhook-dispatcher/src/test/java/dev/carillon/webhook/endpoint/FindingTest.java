package dev.carillon.webhook.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Topics;
import dev.carillon.webhook.command.CommandRecords;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindingTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private final Endpoint endpoint = new Endpoint(
            "ep",
            Endpoint.Settings.of("https://example.com"),
            new Endpoint.Keys(List.of(), null),
            Endpoint.State.initial(Instant.EPOCH, Endpoint.Standing.VERIFIED));

    @Test
    void isReadAsItWasWritten() {
        for (var finding : List.of(Finding.hopeless(endpoint, "gone", AT), Finding.failing(endpoint, AT))) {
            var record = finding.record(2);
            assertThat(record.topic()).isEqualTo(Topics.DELIVERY_COMMAND);
            assertThat(record.partition()).isEqualTo(2);
            assertThat(new String(record.key(), UTF_8)).isEqualTo("ep");
            assertThat(Finding.read(record.value())).isEqualTo(finding);
            assertThatThrownBy(() -> CommandRecords.read(record.value())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "no JSON",
                "{\"command\":\"resend\",\"endpoint\":\"ep\"}",
                "{\"command\":\"follow-up\",\"kind\":\"BORED\",\"at\":\"2026-01-02T03:04:05Z\"}",
                "{\"command\":\"follow-up\",\"kind\":\"FAILING\",\"at\":\"yesterday\"}"
            })
    void isNothingElse(String command) {
        assertThat(Finding.read(command.getBytes(UTF_8))).isNull();
    }
}
