package dev.carillon.webhook.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.webhook.decide.Outcome.Fault;
import dev.carillon.webhook.delivery.DeadReason;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DeciderTest {

    private static final Schedule SCHEDULE = new Schedule(List.of(Duration.ofSeconds(5), Duration.ofSeconds(30)));

    @Test
    void isDoneWhenTheEndpointHasIt() {
        assertThat(after(new Outcome.Accepted(204), 1)).isEqualTo(new Verdict.Done());
    }

    @Test
    void triesAgainOnScheduleThenGivesUp() {
        var refused = new Outcome.Refused(500, null);

        assertThat(after(refused, 1)).isEqualTo(new Verdict.Again(Duration.ofSeconds(5)));
        assertThat(after(refused, 2)).isEqualTo(new Verdict.Again(Duration.ofSeconds(30)));
        assertThat(after(refused, 3)).isEqualTo(new Verdict.GiveUp(DeadReason.EXHAUSTED, false));
    }

    @Test
    void treatsRedirectsAndSilenceAsFailures() {
        assertThat(after(new Outcome.Refused(302, null), 1)).isInstanceOf(Verdict.Again.class);
        assertThat(after(new Outcome.Unreachable(Fault.TIMEOUT, ""), 1)).isInstanceOf(Verdict.Again.class);
    }

    @Test
    void givesUpAtOnceWhenGone() {
        assertThat(after(new Outcome.Refused(410, null), 1)).isEqualTo(new Verdict.GiveUp(DeadReason.GONE, true));
    }

    @Test
    void givesUpAtOnceOnStatusesThatAreFinal() {
        var schedule = new Schedule(List.of(Duration.ofSeconds(5)));

        assertThat(Decider.after(new Outcome.Refused(422, null), 1, schedule, Set.of(400, 422), 0))
                .isEqualTo(new Verdict.GiveUp(DeadReason.REFUSED, false));
        assertThat(Decider.after(new Outcome.Refused(415, null), 1, schedule, Set.of(400, 422), 0))
                .isInstanceOf(Verdict.Again.class);
        assertThat(Decider.after(new Outcome.Refused(410, null), 1, schedule, Set.of(410), 0))
                .isEqualTo(new Verdict.GiveUp(DeadReason.GONE, true));
    }

    @Test
    void decidesNothingWhileAnEndpointIsDisabled() {
        assertThatThrownBy(() -> after(new Outcome.Disabled(), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cancelsWhatIsForNobody() {
        assertThat(after(new Outcome.Deleted(), 1)).isEqualTo(new Verdict.Cancel());
        assertThat(after(new Outcome.Unverified(), 1)).isEqualTo(new Verdict.Cancel());
    }

    @Test
    void waitsLongerWhenAskedButNeverShorter() {
        assertThat(after(new Outcome.Refused(429, Duration.ofMinutes(1)), 1))
                .isEqualTo(new Verdict.Again(Duration.ofMinutes(1)));
        assertThat(after(new Outcome.Refused(503, Duration.ofSeconds(1)), 1))
                .isEqualTo(new Verdict.Again(Duration.ofSeconds(5)));
        assertThat(after(new Outcome.Refused(500, Duration.ofMinutes(1)), 1))
                .isEqualTo(new Verdict.Again(Duration.ofSeconds(5)));
        assertThat(after(new Outcome.Refused(429, Duration.ofDays(300)), 1))
                .isEqualTo(new Verdict.Again(Duration.ofHours(24)));
    }

    @Property
    void addsUpToAFifthByChance(@ForAll @DoubleRange(min = 0, max = 1) double chance) {
        var verdict = Decider.after(new Outcome.Refused(500, null), 1, SCHEDULE, chance);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Again.class, again -> assertThat(again.delay())
                .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6)));
    }

    /// However a delay is spread over tiers and memory, it is never cut short, and overshoots by nothing.
    @Property
    void anyDelayIsMadeOfTiersAndAShortHold(@ForAll @IntRange(min = 1, max = 86_400) int seconds) {
        var tiers = new Tiers(
                List.of(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(30),
                        Duration.ofHours(2),
                        Duration.ofHours(5)),
                6);
        var remaining = Duration.ofSeconds(seconds);
        var place = tiers.choose(remaining);
        int hops = 0;
        while (place instanceof Tiers.Wait.In(var tier)) {
            assertThat(tier.delay()).isLessThanOrEqualTo(remaining);
            remaining = remaining.minus(tier.delay());
            place = tiers.chooseAgain(remaining);
            hops++;
        }
        assertThat(hops).isLessThanOrEqualTo(25);
        assertThat(remaining).isBetween(Duration.ZERO, Tiers.MAX_HOLD);
        assertThat(place instanceof Tiers.Wait.None).isEqualTo(remaining.isZero());
    }

    @Test
    void putsOffWhatFindsNoRoomLongerEachTime() {
        var tiers = new Tiers(
                List.of(Duration.ofHours(2), Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(5)), 6);

        assertThat(tiers.forOverflow(0).delay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(tiers.forOverflow(1).delay()).isEqualTo(Duration.ofSeconds(30));
        assertThat(tiers.forOverflow(2).delay()).isEqualTo(Duration.ofMinutes(5));
        assertThat(tiers.forOverflow(9).delay()).isEqualTo(Duration.ofMinutes(5));
    }

    private static Verdict after(Outcome outcome, int attempt) {
        return Decider.after(outcome, attempt, SCHEDULE, 0);
    }
}
