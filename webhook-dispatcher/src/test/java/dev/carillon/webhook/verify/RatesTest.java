package dev.carillon.webhook.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatesTest {

    @ParameterizedTest
    @CsvSource({
        "*, 0",
        "' * ', 0",
        "6000, 6000",
        "60, 60",
        "119, 119",
        "1, 1",
        "0, -1",
        "-5, -1",
        "1.5, -1",
        "many, -1",
        "99999999999, -1",
        "'', 120",
    })
    void readsRequestsAMinute(String header, int perMinute) {
        assertThat(Rates.granted(header, 120)).isEqualTo(perMinute);
    }

    @Test
    void grantsWhatWasAskedForWhenNothingIsSaid() {
        assertThat(Rates.granted(null, 6000)).isEqualTo(6000);
        assertThat(Rates.perMinute(5)).isEqualTo(300);
    }
}
