package dev.carillon.connection.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.Position;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RepeatsTest {

    private static final Channel CHANNEL = new Channel("c");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final InstantSource source = now::get;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private final Repeats repeats = new Repeats(clock, Duration.ofMinutes(5), 3);
    private final List<CompletableFuture<Published>> publishes = new ArrayList<>();

    @Test
    void giveTheFirstAnswerAgain() {
        // Given
        var first = publish(CHANNEL, "k");
        publishes.getFirst().complete(published(1));

        // When
        var second = publish(CHANNEL, "k");

        // Then
        assertThat(publishes).hasSize(1);
        assertThat(second).isCompletedWithValue(published(1));
        assertThat(first).isCompletedWithValue(published(1));
    }

    @Test
    void waitForAFirstThatIsUnderWay() {
        // Given
        var _ = publish(CHANNEL, "k");

        // When
        var second = publish(CHANNEL, "k");

        // Then
        assertThat(second).isNotDone();
        publishes.getFirst().complete(published(1));
        assertThat(second).isCompletedWithValue(published(1));
        assertThat(publishes).hasSize(1);
    }

    @Test
    void whoGoesAwayLeavesTheAnswerToOthers() {
        // Given
        var first = publish(CHANNEL, "k");
        var gone = repeats.once(CHANNEL, "k", CompletableFuture::new);
        assertThat(gone).isInstanceOf(CompletableFuture.class);

        // When
        ((CompletableFuture<Published>) gone).cancel(true);

        // Then
        publishes.getFirst().complete(published(1));
        assertThat(first).isCompletedWithValue(published(1));
    }

    @Test
    void forgetAFirstThatFailed() {
        // Given
        var first = publish(CHANNEL, "k");
        var waiting = publish(CHANNEL, "k");
        publishes.getFirst().completeExceptionally(new IllegalStateException("no Kafka"));

        // When
        var third = publish(CHANNEL, "k");
        publishes.getLast().complete(published(2));

        // Then
        assertThat(first).isCompletedExceptionally();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(third).isCompletedWithValue(published(2));
    }

    @Test
    void keepChannelsAndKeysApart() {
        var _ = publish(CHANNEL, "k");
        var _ = publish(new Channel("d"), "k");
        var _ = publish(CHANNEL, "l");

        assertThat(publishes).hasSize(3);
    }

    @Test
    void endWithTheWindow() {
        // Given
        var _ = publish(CHANNEL, "k");
        publishes.getFirst().complete(published(1));

        // When
        now.set(Instant.EPOCH.plus(Duration.ofMinutes(5)).plusMillis(1));
        var _ = publish(CHANNEL, "k");

        // Then
        assertThat(publishes).hasSize(2);
        assertThat(repeats.size()).isEqualTo(1);
    }

    @Test
    void areBounded() {
        for (int i = 0; i < 100; i++) {
            var _ = publish(CHANNEL, "k" + i);
        }

        assertThat(repeats.size()).isEqualTo(3);
    }

    private CompletableFuture<Published> publish(Channel channel, String key) {
        return repeats.once(channel, key, () -> {
                    var publish = new CompletableFuture<Published>();
                    publishes.add(publish);
                    return publish;
                })
                .toCompletableFuture();
    }

    private static Published published(long offset) {
        return new Published(new Event.Id("e" + offset), CHANNEL, new Position("e", offset));
    }
}
