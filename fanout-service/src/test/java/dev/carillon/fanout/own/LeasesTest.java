package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.NodeState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeasesTest {

    private static final Duration LEASE = Duration.ofSeconds(10);

    private long now = 1000;
    private final Leases leases = new Leases(LEASE, () -> now);

    @Test
    void aNodeThatBeatsIsAlive() {
        // Given
        leases.heard(beat("n", 1));

        // When
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(3));
            leases.heard(beat("n", 1));
        }

        // Then
        assertThat(leases.judge()).isEmpty();
        assertThat(leases.of("n", 1).listens(1)).isTrue();
    }

    @Test
    void aSilentNodeGetsNothingUntilItIsHeardAgain() {
        // Given
        leases.heard(beat("n", 1));
        pass(Duration.ofSeconds(11));

        // When
        var verdicts = leases.judge();

        // Then
        assertThat(verdicts).containsExactly(new Leases.Verdict.Lapsed("n", 1));
        assertThat(leases.of("n", 1).listens(1)).isFalse();
        leases.heard(beat("n", 1));
        assertThat(leases.of("n", 1).listens(1)).isTrue();
        assertThat(leases.judge()).containsExactly(new Leases.Verdict.Back("n"));
    }

    @Test
    void aNodeThatStaysSilentIsGone() {
        // Given
        leases.heard(beat("n", 4));
        pass(Duration.ofSeconds(31));

        // When
        var verdicts = leases.judge();

        // Then
        assertThat(verdicts).containsExactly(new Leases.Verdict.Lapsed("n", 4), new Leases.Verdict.Gone("n", 4));
        assertThat(leases.judge()).isEmpty();
    }

    @Test
    void aNodeThatIsOnlyMentionedHasALeaseToo() {
        // Given
        var inbox = leases.of("n", 2);
        pass(Duration.ofSeconds(9));
        leases.judge();
        assertThat(inbox.listens(2)).isTrue();

        // When
        leases.of("n", 2);
        pass(Duration.ofSeconds(2));
        leases.judge();

        // Then
        assertThat(inbox.listens(2)).isFalse();
    }

    @Test
    void aNewIncarnationVoidsTheOldAtOnceAndEndsItsRowsLater() {
        // Given
        leases.heard(beat("n", 1));
        leases.heard(beat("n", 2));

        // When
        var inbox = leases.of("n", 2);

        // Then
        assertThat(inbox.listens(1)).isFalse();
        assertThat(inbox.listens(2)).isTrue();
        assertThat(leases.judge()).containsExactly(new Leases.Verdict.Lapsed("n", 1));
        for (int i = 0; i < 4; i++) {
            pass(Duration.ofSeconds(8));
            leases.heard(beat("n", 2));
        }
        assertThat(leases.judge()).containsExactly(new Leases.Verdict.Ended("n", 1));
    }

    @Test
    void aBeatOfAnOldIncarnationIsNoSignOfLife() {
        // Given
        leases.heard(beat("n", 2));
        pass(Duration.ofSeconds(11));

        // When
        leases.heard(beat("n", 1));
        leases.judge();

        // Then
        assertThat(leases.of("n", 2).listens(2)).isFalse();
    }

    @Test
    void aNodeThatLeavesEndsAtOnceAndKeepsItsInbox() {
        // Given
        leases.heard(beat("n", 3));

        // When
        leases.left("n");

        // Then
        assertThat(leases.judge()).containsExactly(new Leases.Verdict.Ended("n", 3));
    }

    @Test
    void nobodysLeaseRunsWhileNothingCanBeHeard() {
        // Given
        leases.heard(beat("n", 1));
        pass(Duration.ofMinutes(10));

        // When
        leases.renewAll();

        // Then
        assertThat(leases.judge()).isEmpty();
        assertThat(leases.of("n", 1).listens(1)).isTrue();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static NodeState beat(String node, long incarnation) {
        return new NodeState(node, incarnation, Instant.EPOCH, 0);
    }
}
