package dev.carillon.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeTest {

    private static Sample sample(String contender, double rate, double costs) {
        var sample = new Sample(contender);
        sample.put("deliveries-per-s", rate);
        sample.put("cpu-s-per-million", costs);
        return sample;
    }

    private static Outcome outcome(Sample... samples) {
        return new Outcome(
                "fanout", "One event to many.", List.of("deliveries-per-s", "cpu-s-per-million"), List.of(samples));
    }

    @Test
    void takesTheMedianOfRoundsAndRatiosThatGrowWithWhatIsBetter() {
        var outcome = outcome(
                sample("carillon", 100, 10),
                sample("limit", 200, 5),
                sample("carillon", 300, 30),
                sample("limit", 200, 5));

        assertThat(outcome.line())
                .isEqualTo("bench fanout: deliveries-per-s=200 cpu-s-per-million=20.0 ratio-to-limit=1.00"
                        + " cpu-s-per-million-to-limit=0.25");
    }

    @Test
    void saysThatSomethingWasLost() {
        var lossy = sample("carillon", 100, 10);
        lossy.fault("3 lost");

        assertThat(outcome(lossy).line()).endsWith(" void=1");
        assertThat(outcome(lossy).faults()).containsExactly("carillon: 3 lost");
    }

    @Test
    void keepsThreeDigits() {
        assertThat(List.of(Outcome.number(0.012345), Outcome.number(9.876), Outcome.number(98765.4), Outcome.number(0)))
                .containsExactly("0.0123", "9.88", "98765", "0");
    }

    @Test
    void writesJsonTableAndPlots(@TempDir Path folder) throws Exception {
        var histogram = new Histogram(3);
        for (int i = 1; i < 1_000; i++) {
            histogram.recordValue(i * 1_000L);
        }
        var mine = sample("carillon", 100, 10);
        mine.latency("receive", histogram);
        mine.point("p99-ms over events-per-s", 100, 1);
        mine.point("p99-ms over events-per-s", 1_000, 2);

        new Results(folder).write(outcome(mine, sample("nchan", 50, 20)));

        assertThat(Files.readString(folder.resolve("fanout.md"))).contains("| deliveries-per-s ", "to nchan", "2.00");
        assertThat(Files.readString(folder.resolve("fanout.json"))).contains("\"receive-p99-ms\" : 0.9");
        assertThat(Files.readString(folder.resolve("fanout-receive.svg"))).contains("<svg", "<path");
        assertThat(folder.resolve("fanout-p99-ms-over-events-per-s.svg")).isNotEmptyFile();
    }
}
