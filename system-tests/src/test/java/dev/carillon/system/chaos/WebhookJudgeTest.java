package dev.carillon.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookJudgeTest {

    private static final List<Logged> LOG = List.of(
            new Logged("a", "a1", 1), new Logged("b", "b1", 2), new Logged("a", "a2", 3), new Logged("a", "a2", 4));

    @Test
    void findsNothingWhereNothingIs() {
        var finding = WebhookJudge.judge(LOG, List.of("a1", "a2", "b1"));

        assertThat(finding).isEqualTo(new WebhookJudge.Finding(List.of(), 0, List.of()));
    }

    @Test
    void findsWhatIsLostReorderedAndMadeUp() {
        var finding = WebhookJudge.judge(LOG, List.of("a2", "a1", "x"));

        assertThat(finding).isEqualTo(new WebhookJudge.Finding(List.of("b1"), 1, List.of("x")));
    }

    @Test
    void saysNoWhenAnythingIsWrong() {
        assertThat(report(0, 0, List.of()).isClean()).isTrue();
        assertThat(report(1, 0, List.of()).isClean()).isFalse();
        assertThat(report(0, 1, List.of()).isClean()).isFalse();
        assertThat(report(0, 0, List.of("odd")).isClean()).isFalse();
        assertThat(report(0, 0, List.of()).line())
                .isEqualTo("webhook-chaos: seed=7 kills=3 accepted=10 delivered=8 dead=2 lost=0 duplicates=12.50%"
                        + " inversions=0");
    }

    private static WebhookReport report(long lost, long inversions, List<String> faults) {
        return new WebhookReport(7, 3, 10, 8, 2, lost, new Repeats(8, List.of(70L)), inversions, faults);
    }
}
