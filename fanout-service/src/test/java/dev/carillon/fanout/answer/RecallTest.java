package dev.carillon.fanout.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.Interest;
import dev.carillon.contract.Position;
import dev.carillon.fanout.route.PartitionMemory;
import dev.carillon.fanout.route.Records;
import dev.carillon.fanout.route.Ring;
import dev.carillon.fanout.scan.Found;
import dev.carillon.fanout.scan.LogTimes;
import dev.carillon.fanout.scan.Search;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecallTest {

    private static final Channel A = new Channel("a");
    private static final Interest.Key KEY = new Interest.Key(A, "node-1");
    /// Rings begin there.
    private static final long START = 100;

    private final PartitionMemory memory = new PartitionMemory(0, 1, 0, START, Records.WIDE);
    private final List<CompletableFuture<Found>> searches = new ArrayList<>();
    private final List<Long> answeredFrom = new ArrayList<>();
    private final LogTimes times =
            new LogTimes(Admin.create(Map.of("bootstrap.servers", "localhost:1")), Duration.ofSeconds(1));
    private final Recall recall =
            new Recall(new Answerer.Archive(this::search, times, 1_000), Clock.systemUTC(), new Answers());

    @AfterEach
    void close() {
        times.close();
    }

    @Test
    void whoAsksWhileKafkaFailsIsNotToldThatThePastIsGone() {
        // Given
        assertThat(follow(1)).isTrue();

        // When
        fail(new DisconnectException());

        // Then
        assertThat(answeredFrom).isEmpty();
        assertThat(follow(2)).isTrue();
        assertThat(searches).as("the next who asks is looked for anew").hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("endings")
    void whereNoSearchCanFindItTheRingHasToDo(Throwable failure) {
        // Given
        follow(1);

        // When
        fail(failure);

        // Then
        assertThat(answeredFrom).containsExactly(START);
    }

    static List<Throwable> endings() {
        return List.of(
                new TimeoutException("too long"),
                new OffsetOutOfRangeException(Map.of(new TopicPartition("log", 0), 50L)));
    }

    private boolean follow(long followId) {
        var ring = memory.ring(A, Clock.systemUTC().millis());
        return recall.follow(KEY, followId, new Position("e1", START / 2), ring, memory);
    }

    private CompletableFuture<Found> search(Search search) {
        assertThat(search.after()).isEqualTo(START / 2);
        searches.add(new CompletableFuture<>());
        return searches.getLast();
    }

    private void fail(Throwable failure) {
        searches.getLast().completeExceptionally(failure);
        recall.answerFound(_ -> memory);
    }

    private final class Answers implements Recall.Answers {

        @Override
        public void follow(Interest.Key key, long followId, Position since, PartitionMemory memory, Ring known) {
            answeredFrom.add(known.floor());
        }

        @Override
        public void history(ChannelQuery.History query, PartitionMemory memory, Ring known, boolean isWhole) {
            throw new AssertionError("nobody asked for history");
        }

        @Override
        public void since(ChannelQuery.HistorySince query, PartitionMemory memory, long after) {
            throw new AssertionError("nobody asked for a time");
        }
    }
}
