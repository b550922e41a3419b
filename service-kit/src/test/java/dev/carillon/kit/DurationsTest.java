package dev.carillon.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource({
        "\"30s\", PT30S",
        "\"500ms\", PT0.5S",
        "\"1500MS\", PT1.5S",
        "\"1h30m\", PT1H30M",
        "\"2d\", PT48H",
        "\"2d1h\", PT49H",
        "\"PT0.25S\", PT0.25S",
        "30, PT30S",
        "0.5, PT0.5S",
        "-1, PT-1S"
    })
    void readsWhatPeopleWrite(String json, Duration expected) throws JsonProcessingException {
        assertThat(Durations.parse(JSON.readTree(json))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"s\"", "\"ms\"", "\"30\"", "\"30 parsecs\"", "1e300", "true", "[]", "\"-5ms\""})
    void refusesWhatIsNone(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(JSON.readTree(json)));
    }
}
