package dev.carillon.connection.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.ErrorCode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InquiryTest {

    private final Queue<CompletableFuture<Decision<SubscriptionClaims>>> asked = new ArrayDeque<>();

    @Test
    void asksAFewAtATimeAndAllOfThem() {
        var outcome = Inquiry.about(channels(10), this::ask).toCompletableFuture();

        assertThat(asked).hasSize(4);
        for (int n = 0; n < 10; n++) {
            assertThat(outcome).isNotDone();
            asked.remove().complete(granted(n == 6 ? Instant.ofEpochSecond(5) : Instant.ofEpochSecond(9)));
            assertThat(asked).hasSizeLessThanOrEqualTo(4);
        }
        assertThat(outcome).isCompletedWithValue(granted(Instant.ofEpochSecond(5)));
    }

    @Test
    void theFirstNoEndsIt() {
        var outcome = Inquiry.about(channels(10), this::ask).toCompletableFuture();

        asked.remove().complete(Decision.refused(ErrorCode.PERMISSION_DENIED));
        assertThat(outcome).isCompletedWithValue(Decision.refused(ErrorCode.PERMISSION_DENIED));
        asked.forEach(answer -> answer.complete(granted(null)));
        assertThat(asked).hasSize(3);
    }

    @Test
    void answersThatAreThereAtOnceCostNoStack() {
        var outcome = Inquiry.about(channels(20_000), _ -> CompletableFuture.completedFuture(granted(null)));

        assertThat(outcome.toCompletableFuture()).isCompletedWithValue(granted(null));
        assertThat(Inquiry.about(List.of(), this::ask).toCompletableFuture()).isCompletedWithValue(granted(null));
    }

    private CompletionStage<Decision<SubscriptionClaims>> ask(Channel channel) {
        var answer = new CompletableFuture<Decision<SubscriptionClaims>>();
        asked.add(answer);
        return answer;
    }

    private static Decision<SubscriptionClaims> granted(@Nullable Instant until) {
        return new Decision.Granted<>(new SubscriptionClaims(until, ByteString.EMPTY));
    }

    private static List<Channel> channels(int count) {
        return IntStream.range(0, count).mapToObj(n -> new Channel("c" + n)).toList();
    }
}
