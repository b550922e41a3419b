package dev.carillon.webhook.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Standing;
import dev.carillon.contract.EndpointCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumptionTest {

    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "CHALLENGE, UNVERIFIED, 2026-01-01T23:00:00Z, true",
        "CHALLENGE, UNVERIFIED, 2026-01-02T01:00:00Z, false",
        "CLOUDEVENTS, UNVERIFIED, 2026-01-01T23:00:00Z, true",
        "CLOUDEVENTS, LAPSED, 2026-03-01T00:00:00Z, true",
        "CHALLENGE, VERIFIED, 2026-01-01T00:00:01Z, false",
        "NONE, VERIFIED, 2026-01-01T00:00:01Z, false",
        "NONE, LAPSED, 2026-01-01T00:00:01Z, false",
    })
    void asksOnlyWhatMayHaveBeenInterrupted(String verification, Standing standing, Instant now, boolean isAsked) {
        assertThat(Resumption.isUnfinished(endpoint(verification, standing), now))
                .isEqualTo(isAsked);
    }

    private static Endpoint endpoint(String verification, Standing standing) {
        var row = "{\"id\":\"ep\",\"url\":\"https://example.com\",\"verification\":\"" + verification
                + "\",\"standing\":\"" + standing + "\",\"createdAt\":\"" + CREATED + "\"}";
        return EndpointCodec.read(row.getBytes(StandardCharsets.UTF_8));
    }
}
