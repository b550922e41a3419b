package dev.carillon.webhook.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Standing;
import dev.carillon.contract.EndpointCodec;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TermsTest {

    private static final JsonMapper JSON = new JsonMapper();

    /// What is chosen is for a second, what was granted for a minute; the lower one counts.
    @ParameterizedTest
    @CsvSource({"0, 0, 0", "10, 0, 600", "0, 30, 30", "10, 30, 30", "1, 600, 60", "100000, 0, 6000000"})
    void allowsTheLowerRateAMinute(int rateLimit, int granted, long perMinute) throws IOException {
        var terms = Terms.of(endpoint("https://example.com/hook", rateLimit, granted));

        assertThat(terms.rate()).isEqualTo(perMinute);
    }

    @Test
    void knowsTheServerByNameAndPort() throws IOException {
        assertThat(Terms.of(endpoint("https://Hooks.Example.com:8443/a?b", 0, 0))
                        .host())
                .isEqualTo("hooks.example.com:8443");
        assertThat(Terms.of(endpoint("https://hooks.example.com/a", 0, 0)).host())
                .isEqualTo("hooks.example.com");
    }

    private static Endpoint endpoint(String url, int rateLimit, int granted) throws IOException {
        var state = Endpoint.State.initial(Instant.EPOCH, Standing.VERIFIED).withStanding(Standing.VERIFIED, granted);
        var plain = new Endpoint("ep", Endpoint.Settings.of(url), new Endpoint.Keys(List.of(), null), state);
        var row = (ObjectNode) JSON.readTree(EndpointCodec.write(plain));
        row.put("rateLimit", rateLimit);
        return EndpointCodec.read(JSON.writeValueAsBytes(row));
    }
}
