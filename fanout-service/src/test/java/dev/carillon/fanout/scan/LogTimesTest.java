package dev.carillon.fanout.scan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTimesTest {

    @Test
    void aTimeWithinTheLogIsWhereItsFirstRecordIs() {
        assertThat(LogTimes.place(7, 3)).isEqualTo(7);
        assertThat(LogTimes.place(0, 0)).isZero();
    }

    @Test
    void aTimeThatMayBeBeforeTheLogsBeginningIsBeforeIt() {
        assertThat(LogTimes.place(3, 3)).isEqualTo(2);
    }
}
