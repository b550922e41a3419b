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
        "6000, 100",
        "60, 1",
        "119, 1",
        "120, 2",
        "1, 1",
        "0, -1",
        "-5, -1",
        "1.5, -1",
        "many, -1",
        "99999999999, -1",
        "'', 2",
    })
    void readsRequestsAMinute(String header, int perSecond) {
        assertThat(Rates.perSecond(header, 120)).isEqualTo(perSecond);
    }

    @Test
    void grantsWhatWasAskedForWhenNothingIsSaid() {
        assertThat(Rates.perSecond(null, 6000)).isEqualTo(100);
        assertThat(Rates.perMinute(5)).isEqualTo(300);
    }
}
