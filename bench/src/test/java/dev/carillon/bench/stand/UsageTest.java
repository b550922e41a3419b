package dev.carillon.bench.stand;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsageTest {

    @Test
    void readsTimesBehindANameWithBlanksAndBrackets() {
        var stat = "42 (a) b (c)) S 1 42 42 0 -1 4194560 100 0 0 0 11 22 33 44 20 0 1 0 100 1000 10";

        assertThat(Usage.ticks(stat)).isEqualTo(11 + 22 + 33 + 44);
    }

    @Test
    void countsSharedMemoryOnce() {
        var smaps = "00400000-7fff [rollup]\nRss:     300 kB\nPss:     120 kB\nPss_Anon:      20 kB\n";

        assertThat(Usage.proportionalBytes(smaps)).isEqualTo(120 * 1024);
    }

    @Test
    void seesThisProcess() {
        var usage = Usage.of(ProcessHandle.current());

        assertThat(usage.cpuSeconds()).isPositive();
        assertThat(usage.residentBytes()).isGreaterThan(1 << 20);
    }
}
