package dev.carillon.connection.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private final AtomicLong now = new AtomicLong();
    private final Breaker breaker = new Breaker(3, Duration.ofSeconds(5), now::get);

    @Test
    void opensAfterFailuresInARowOnly() {
        fail();
        fail();
        succeed();
        fail();
        fail();
        assertThat(breaker.mayTry()).isTrue();
        breaker.failed();

        assertThat(breaker.mayTry()).isFalse();
    }

    @Test
    void letsOneFindOutAfterAWhile() {
        fail();
        fail();
        fail();
        after(Duration.ofSeconds(5));

        assertThat(breaker.mayTry()).isTrue();
        assertThat(breaker.mayTry()).isFalse();

        // A failure is a reason to wait again
        breaker.failed();
        assertThat(breaker.mayTry()).isFalse();
        after(Duration.ofSeconds(5));
        succeed();
        assertThat(breaker.mayTry()).isTrue();
        assertThat(breaker.mayTry()).isTrue();
    }

    private void fail() {
        assertThat(breaker.mayTry()).isTrue();
        breaker.failed();
    }

    private void succeed() {
        assertThat(breaker.mayTry()).isTrue();
        breaker.succeeded();
    }

    private void after(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
