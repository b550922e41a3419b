package dev.carillon.connection.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemMapper;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollRequestTest {

    private static final PollRequest.Bounds BOUNDS = new PollRequest.Bounds(2, Duration.ofSeconds(30), 1000);

    @Test
    void readsPositionsAndDefaults() {
        var request = parse("{\"channels\":{\"a\":{\"epoch\":\"e\",\"offset\":7},\"b\":null},\"unknown\":1}");

        assertThat(request.channels())
                .containsEntry(new Channel("a"), new Position("e", 7))
                .containsEntry(new Channel("b"), null);
        assertThat(request.hold()).isEqualTo(Duration.ofSeconds(25));
        assertThat(request.limit()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({
        "25, 25000",
        "0, 0",
        "1.5, 1500",
        "'\"25s\"', 25000",
        "'\"500ms\"', 500",
        "'\"PT3S\"', 3000",
        "'\"7\"', 7000"
    })
    void readsWaitsInManyWays(String wait, long millis) {
        assertThat(parse("{\"channels\":{\"a\":null},\"wait\":" + wait + "}").hold())
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"31", "-1", "1e300", "\"31s\"", "\"-PT1S\"", "\"soon\"", "true", "{}", "\"99999999999s\""})
    void refusesOtherWaits(String wait) {
        assertThat(problem("{\"channels\":{\"a\":null},\"wait\":" + wait + "}")).contains("\"pointer\":\"/wait\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "1.5", "\"10\"", "99999999999999999999"})
    void refusesOtherLimits(String limit) {
        assertThat(problem("{\"channels\":{\"a\":null},\"limit\":" + limit + "}"))
                .contains("\"pointer\":\"/limit\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "nothing", "{", "{\"channels\":{\"a\":null}", "7"})
    void refusesWhatIsNoObject(String body) {
        assertThat(problem(body)).contains("/problems/bad-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"channels\":{}}",
                "{\"channels\":[\"a\"]}",
                "{\"channels\":{\"a\":null,\"b\":null,\"c\":null}}"
            })
    void refusesNoOrTooManyChannels(String body) {
        assertThat(problem(body)).contains("\"pointer\":\"/channels\"");
    }

    @Test
    void namesEveryFault() {
        var problem = problem("{\"channels\":{\"a/b\":{\"epoch\":\"e\",\"offset\":-1},\"é\":null},\"wait\":99}");

        assertThat(problem)
                .contains("\"pointer\":\"/channels/a~1b\"")
                .contains("\"pointer\":\"/channels/é\"")
                .contains("\"pointer\":\"/wait\"");
    }

    private static PollRequest parse(String body) {
        return PollRequest.parse(body.getBytes(UTF_8), BOUNDS);
    }

    private static String problem(String body) {
        return ProblemMapper.toJson(catchThrowableOfType(ProblemException.class, () -> parse(body)));
    }
}
