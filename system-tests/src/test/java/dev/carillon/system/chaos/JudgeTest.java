package dev.carillon.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.carillon.system.chaos.Fault.Kind;
import dev.carillon.system.chaos.Witness.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Ledgers that were doctored, each in one way: the checker must be able to fail.
class JudgeTest {

    private static final String CHANNEL = "chaos:a";

    /// Events 1 to 5, at the places 10, 20, 30, 40 and 50.
    private static final List<Logged> LOG = IntStream.rangeClosed(1, 5)
            .mapToObj(n -> new Logged(CHANNEL, "e" + n, 10L * n))
            .toList();

    private static final List<Published> PUBLISHED = LOG.stream()
            .map(logged -> Published.acknowledged(logged.key(), CHANNEL, 1_000))
            .toList();

    @Test
    void honestLedgersAreClean() {
        var verdict = judge(sights(1, 2, 3, 4, 5));

        assertThat(verdict.faults()).isEmpty();
        assertThat(verdict.isClean()).isTrue();
        assertThat(verdict.acknowledged()).isEqualTo(5);
        assertThat(verdict.delivered()).isEqualTo(5);
        assertThat(verdict.lost() + verdict.duplicated() + verdict.reordered()).isZero();
    }

    @Test
    void findsWhatWasLostInTheMiddle() {
        var verdict = judge(sights(1, 2, 4, 5));

        assertThat(kinds(verdict)).containsExactly(Kind.LOST);
        assertThat(verdict.faults().getFirst().key()).isEqualTo("e3");
        assertThat(verdict.lost()).isEqualTo(1);
        assertThat(verdict.isClean()).isFalse();
    }

    @Test
    void findsWhatWasLostAtTheEnd() {
        assertThat(kinds(judge(sights(1, 2, 3, 4)))).containsExactly(Kind.LOST);
    }

    @Test
    void findsThatNothingCameAtAll() {
        assertThat(kinds(judge(List.of()))).hasSize(5).containsOnly(Kind.LOST);
    }

    @Test
    void findsWhatWasAcknowledgedAndNotLogged() {
        var published = new ArrayList<>(PUBLISHED);
        published.add(Published.acknowledged("e6", CHANNEL, 2_000));

        var verdict = Judge.judge(published, LOG, List.of(once(sights(1, 2, 3, 4, 5))));

        assertThat(kinds(verdict)).containsExactly(Kind.UNLOGGED);
        assertThat(verdict.lost()).isEqualTo(1);
    }

    @Test
    void whatNobodyAcknowledgedMayBeMissingInTheLog() {
        var published = new ArrayList<>(PUBLISHED);
        published.add(Published.uncertain("e6", CHANNEL));

        var verdict = Judge.judge(published, LOG, List.of(once(sights(1, 2, 3, 4, 5))));

        assertThat(verdict.isClean()).isTrue();
        assertThat(verdict.uncertain()).isEqualTo(1);
    }

    @Test
    void whatIsInTheLogIsOwedEvenIfNobodyAcknowledgedIt() {
        var published = PUBLISHED.stream()
                .map(event -> event.key().equals("e3") ? Published.uncertain("e3", CHANNEL) : event)
                .toList();

        var verdict = Judge.judge(published, LOG, List.of(once(sights(1, 2, 4, 5))));

        assertThat(kinds(verdict)).containsExactly(Kind.LOST);
    }

    @Test
    void findsDuplicates() {
        var verdict = judge(sights(1, 2, 3, 2, 4, 5));

        assertThat(kinds(verdict)).containsExactly(Kind.DUPLICATED);
        assertThat(verdict.duplicated()).isEqualTo(1);
        assertThat(verdict.reordered()).isZero();
    }

    @Test
    void findsTheSameEventTwiceInARow() {
        assertThat(kinds(judge(sights(1, 2, 3, 3, 4, 5)))).containsExactly(Kind.DUPLICATED);
    }

    @Test
    void findsAnotherOrder() {
        var verdict = judge(sights(1, 3, 2, 4, 5));

        assertThat(kinds(verdict)).containsExactly(Kind.REORDERED);
        assertThat(verdict.reordered()).isEqualTo(1);
        assertThat(verdict.lost()).isZero();
    }

    @Test
    void findsPositionsThatGoBack() {
        var sights = new ArrayList<>(sights(1, 2, 3));
        sights.add(new Sight.Stand(CHANNEL, 25));
        sights.addAll(sights(4, 5));

        var verdict = judge(sights);

        assertThat(kinds(verdict)).containsExactly(Kind.BACKWARDS);
        assertThat(verdict.reordered()).isEqualTo(1);
    }

    @Test
    void findsEventsBeforeThePositionThatWasTold() {
        var sights = new ArrayList<>(sights(1, 2));
        sights.add(new Sight.Stand(CHANNEL, 35));
        sights.addAll(sights(3, 4, 5));

        assertThat(kinds(judge(sights))).containsExactly(Kind.REORDERED);
    }

    @Test
    void findsEventsThatWereToldElsewhereThanTheyStand() {
        var sights = new ArrayList<>(sights(1, 2, 3, 4));
        sights.add(new Sight.Event(CHANNEL, "e5", 60, 1_000));

        assertThat(kinds(judge(sights))).containsExactly(Kind.MISPLACED);
    }

    @Test
    void findsEventsThatNobodyPublished() {
        var sights = new ArrayList<>(sights(1, 2, 3, 4, 5));
        sights.add(new Sight.Event(CHANNEL, "e9", 90, 1_000));

        assertThat(kinds(judge(sights))).containsExactly(Kind.UNKNOWN);
    }

    @Test
    void findsWhatWasSaidToBeGoneThoughTheLogHasIt() {
        var sights = new ArrayList<>(sights(1, 3));
        sights.add(new Sight.Gap(CHANNEL, 40, 1_000));
        sights.addAll(sights(5));

        var verdict = judge(sights);

        assertThat(verdict.faults())
                .extracting(Fault::kind, Fault::key)
                .containsExactly(tuple(Kind.LOST, "e2"), tuple(Kind.GIVEN_UP, "e4"));
        assertThat(verdict.lost()).isEqualTo(2);
    }

    @Test
    void repeatedPublishIsOwedOnceAtItsFirstPlace() {
        var log = new ArrayList<>(LOG);
        log.add(new Logged(CHANNEL, "e2", 60));

        assertThat(Judge.judge(PUBLISHED, log, List.of(once(sights(1, 2, 3, 4, 5))))
                        .isClean())
                .isTrue();

        var late = new ArrayList<>(sights(1, 3, 4, 5));
        late.add(new Sight.Event(CHANNEL, "e2", 60, 1_000));
        assertThat(kinds(Judge.judge(PUBLISHED, log, List.of(once(late))))).containsExactly(Kind.MISPLACED);
    }

    @Test
    void receiversMayGetRepeatsInAnyOrderButNoLosses() {
        var receiver = new Witness("hook", Promise.AT_LEAST_ONCE, Set.of(CHANNEL), sights(2, 1, 3, 2, 5));

        var verdict = Judge.judge(PUBLISHED, LOG, List.of(receiver));

        assertThat(verdict.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(Kind.LOST);
            assertThat(fault.key()).isEqualTo("e4");
        });
        assertThat(verdict.repeated()).isEqualTo(1);
    }

    @Test
    void eachWitnessIsHeardForItself() {
        var verdict = Judge.judge(
                PUBLISHED,
                LOG,
                List.of(once(sights(1, 2, 3, 4, 5)), once(sights(1, 2, 3, 5)), once(sights(2, 1, 3, 4, 5))));

        assertThat(kinds(verdict)).containsExactlyInAnyOrder(Kind.LOST, Kind.REORDERED);
    }

    @Test
    void tellsTheSlowestDelivery() {
        var sights = new ArrayList<>(sights(1, 2, 3, 4));
        sights.add(new Sight.Event(CHANNEL, "e5", 50, 8_500));

        assertThat(judge(sights).worstSeconds()).isEqualTo(7.5);
    }

    @Test
    void findsOneDefectOfAnyKindAmongThousands() {
        long seed = System.nanoTime();
        System.out.println("JudgeTest seed: " + seed);
        var random = new Random(seed);
        var log = IntStream.rangeClosed(1, 2_000)
                .mapToObj(n -> new Logged(CHANNEL, "e" + n, 3L * n))
                .toList();
        for (int round = 0; round < 50; round++) {
            var sights = new ArrayList<Sight>(log.stream()
                    .map(logged -> (Sight) new Sight.Event(CHANNEL, logged.key(), logged.offset(), 0))
                    .toList());
            int at = random.nextInt(sights.size() - 1);
            var expected = doctor(random, sights, at);

            assertThat(kinds(Judge.judge(List.of(), log, List.of(once(sights)))))
                    .as("seed %d, round %d", seed, round)
                    .containsExactly(expected);
        }
    }

    private static Kind doctor(Random random, List<Sight> sights, int at) {
        return switch (random.nextInt(3)) {
            case 0 -> {
                sights.remove(at);
                yield Kind.LOST;
            }
            case 1 -> {
                sights.add(at + 1 + random.nextInt(sights.size() - at), sights.get(at));
                yield Kind.DUPLICATED;
            }
            default -> {
                Collections.swap(sights, at, at + 1);
                yield Kind.REORDERED;
            }
        };
    }

    private static Verdict judge(List<Sight> sights) {
        return Judge.judge(PUBLISHED, LOG, List.of(once(sights)));
    }

    private static Witness once(List<Sight> sights) {
        return new Witness("reader", Promise.ONCE_IN_ORDER, Set.of(CHANNEL), sights);
    }

    private static List<Sight> sights(int... events) {
        return IntStream.of(events)
                .mapToObj(n -> (Sight) new Sight.Event(CHANNEL, "e" + n, 10L * n, 1_000))
                .toList();
    }

    private static List<Kind> kinds(Verdict verdict) {
        return verdict.faults().stream().map(Fault::kind).toList();
    }
}
