package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.client.CloseCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviceTest {

    private static final Duration SPREAD = Duration.ofSeconds(2);
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void spreadsClientsOverTheWholeTime() {
        var delays = IntStream.range(0, 1_000)
                .mapToObj(_ -> Objects.requireNonNull(Advice.delay(3001, SPREAD, random)))
                .toList();

        assertThat(delays).as("seed %d", seed).allMatch(delay -> !delay.isNegative() && delay.compareTo(SPREAD) <= 0);
        for (int part = 0; part < 4; part++) {
            int from = part * 500;
            assertThat(delays).as("seed %d", seed).anyMatch(delay -> delay.toMillis() / 500 == from / 500);
        }
    }

    @Test
    void keepsThemAwayLongerFromACrowdedNode() {
        var crowded = CloseCode.TOO_MANY_REQUESTS.code();

        assertThat(IntStream.range(0, 1_000).mapToObj(_ -> Advice.delay(crowded, SPREAD, random)))
                .as("seed %d", seed)
                .allMatch(delay ->
                        delay != null && delay.compareTo(SPREAD) >= 0 && delay.compareTo(SPREAD.multipliedBy(5)) <= 0);
        assertThat(Advice.delay(crowded, Duration.ZERO, random)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"3500", "3503", "3999", "4500", "4999"})
    void hasNoneForThoseThatAreNotToComeBack(int code) {
        assertThat(Advice.delay(code, SPREAD, random)).isNull();
    }

    @Test
    void fitsIntoACloseFrameAndIsJson() throws JsonProcessingException {
        for (var reason : new String[] {"shutdown", "\"\\\n\u00e4".repeat(40), "x".repeat(123), ""}) {
            var text = Advice.reason(reason, Duration.ofHours(9));

            assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(123);
            assertThat(new JsonMapper().readTree(text).path("reconnect_after").asLong())
                    .isEqualTo(32_400_000);
            assertThat(new JsonMapper().readTree(text).path("reconnect").asBoolean())
                    .isTrue();
        }
    }

    @Test
    void isAskedForInTheQueryOrAHeader() {
        assertThat(Advice.asked(AdviceTest::header, "a=b&carillon_reconnect_after=true")
                        .apply("Carillon-Reconnect-After"))
                .isEqualTo("true");
        assertThat(Advice.asked(AdviceTest::header, "carillon_reconnect_after=true")
                        .apply("origin"))
                .isEqualTo("here");
        for (var query :
                new @Nullable String[] {null, "", "xcarillon_reconnect_after=true", "carillon_reconnect_after=1"}) {
            assertThat(Advice.asked(AdviceTest::header, query).apply(Advice.HEADER))
                    .isNull();
        }
        assertThat(Advice.isWanted(" True ")).isTrue();
        assertThat(Advice.isWanted("yes")).isFalse();
        assertThat(Advice.isWanted(null)).isFalse();
    }

    private static @Nullable String header(String name) {
        return name.equals("origin") ? "here" : null;
    }
}
