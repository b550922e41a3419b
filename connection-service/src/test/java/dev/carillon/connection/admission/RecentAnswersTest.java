package dev.carillon.connection.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentAnswersTest {

    private static final ByteString QUESTION = Digest.of(List.of("a", "b"));

    private final SetClock clock = new SetClock();
    private final RecentAnswers<String> answers = new RecentAnswers<>(clock, Duration.ofSeconds(10), 3);

    /// A clock that stands still.
    private static final class SetClock extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void holdForTheirTime() {
        answers.put(QUESTION, "yes", null);

        assertThat(answers.find(QUESTION)).isEqualTo("yes");
        assertThat(answers.find(Digest.of(List.of("ab")))).isNull();
        clock.now = clock.now.plusSeconds(10);
        assertThat(answers.find(QUESTION)).isNull();
    }

    @Test
    void holdNoLongerThanTheApplicationSays() {
        answers.put(QUESTION, "yes", clock.now.plusSeconds(2));
        answers.put(Digest.of(List.of("late")), "yes", clock.now);

        assertThat(answers.size()).isOne();
        clock.now = clock.now.plusSeconds(2);
        assertThat(answers.find(QUESTION)).isNull();
    }

    @Test
    void forgetTheOldestFirst() {
        for (int n = 0; n < 5; n++) {
            answers.put(Digest.of(List.of("q" + n)), "yes", null);
        }

        assertThat(answers.size()).isEqualTo(3);
        assertThat(answers.find(Digest.of(List.of("q1")))).isNull();
        assertThat(answers.find(Digest.of(List.of("q2")))).isEqualTo("yes");
        clock.now = clock.now.plusSeconds(60);
        answers.put(QUESTION, "yes", null);
        assertThat(answers.size()).isOne();
    }

    @Test
    void areNotKeptAtAllWhenToldSo() {
        var none = new RecentAnswers<String>(clock, Duration.ZERO, 3);

        none.put(QUESTION, "yes", null);

        assertThat(none.find(QUESTION)).isNull();
    }

    @Test
    void tellQuestionsApartThatReadTheSame() {
        assertThat(Digest.of(List.of("ab", "c"))).isNotEqualTo(Digest.of(List.of("a", "bc")));
        assertThat(Digest.of(List.of("a"))).isNotEqualTo(Digest.of(List.of("a", "")));
    }
}
