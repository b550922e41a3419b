package dev.carillon.webhook.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Settings;
import dev.carillon.contract.Endpoint.Standing;
import dev.carillon.contract.Endpoint.Verification;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingsTest {

    @ParameterizedTest
    @CsvSource({
        "NONE, VERIFIED",
        "CHALLENGE, UNVERIFIED",
        "CLOUDEVENTS, UNVERIFIED",
    })
    void beginsUnverifiedWhereSomethingIsAsked(Verification verification, Standing standing) {
        assertThat(Standings.initial(settings("http://a/", verification))).isEqualTo(standing);
    }

    @ParameterizedTest
    @CsvSource({
        // before: standing, verification; after: URL, verification; expected
        "VERIFIED,   NONE,        b, NONE,        VERIFIED,   0",
        "VERIFIED,   NONE,        a, CHALLENGE,   LAPSED,     0",
        "VERIFIED,   CHALLENGE,   a, CHALLENGE,   VERIFIED,   7",
        "VERIFIED,   CHALLENGE,   b, CHALLENGE,   LAPSED,     0",
        "VERIFIED,   CHALLENGE,   a, CLOUDEVENTS, LAPSED,     0",
        "VERIFIED,   CHALLENGE,   b, NONE,        VERIFIED,   0",
        "UNVERIFIED, CHALLENGE,   b, CHALLENGE,   UNVERIFIED, 7",
        "UNVERIFIED, CHALLENGE,   a, CLOUDEVENTS, UNVERIFIED, 7",
        "UNVERIFIED, CHALLENGE,   a, NONE,        VERIFIED,   0",
        "LAPSED,     CHALLENGE,   a, CHALLENGE,   LAPSED,     7",
        "LAPSED,     CHALLENGE,   b, CHALLENGE,   LAPSED,     0",
        "LAPSED,     CLOUDEVENTS, b, NONE,        VERIFIED,   0",
    })
    void lapsesWithAnotherUrl(
            Standing before, Verification asked, String url, Verification askedNow, Standing after, int rate) {
        var state = Endpoint.State.initial(Instant.EPOCH, before).withStanding(before, 7);
        var endpoint = new Endpoint("ep", settings("http://a/", asked), new Endpoint.Keys(List.of(), null), state);

        var changed = Standings.after(endpoint, settings("http://" + url + "/", askedNow));

        assertThat(changed).isEqualTo(state.withStanding(after, rate));
    }

    private static Settings settings(String url, Verification verification) {
        return new Settings(
                "",
                url,
                "",
                List.of("*"),
                List.of(),
                Endpoint.Format.STANDARD,
                Endpoint.Ordering.NONE,
                Endpoint.OnHeadExhausted.SKIP,
                Map.of(),
                null,
                0,
                Set.of(),
                Set.of(),
                verification,
                Map.of());
    }
}
