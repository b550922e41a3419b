package dev.carillon.connection.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ShardTest {

    private static final Channel BELLS = new Channel("bells");
    private static final Catchup CATCHUP = Catchup.from(new Position("epoch", 1));

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<Listening> leaving = new ArrayList<>();
    private final Shard shard = new Shard(loop::add, leaving::add);

    @Test
    void postsOneTaskForEverythingOfATurn() {
        // Given
        var first = new Recorder();
        var second = new Recorder();
        shard.welcome(listening(first), CATCHUP);
        shard.welcome(listening(second), CATCHUP);
        shard.publish(BELLS, publication(2));
        shard.publish(BELLS, publication(3));

        // When
        shard.flush();

        // Then
        assertThat(loop).hasSize(1);
        runAll();
        assertThat(first.heard).containsExactly("subscribed", "2", "3");
        assertThat(second.heard).containsExactly("subscribed", "2", "3");
    }

    @Test
    void tellsNothingToWhoCancelledBeforeItWasLetIn() {
        // Given
        var recorder = new Recorder();
        var listening = listening(recorder);
        shard.welcome(listening, CATCHUP);
        shard.publish(BELLS, publication(2));
        shard.flush();

        // When
        listening.cancel();
        listening.cancel();
        runAll();

        // Then
        assertThat(recorder.heard).isEmpty();
        assertThat(leaving).containsExactly(listening);
    }

    @Test
    void letsSubscribersLeaveFromWithinACall() {
        // Given
        var recorders = List.of(new Recorder(), new Recorder(), new Recorder());
        var listenings = recorders.stream().map(this::listening).toList();
        recorders.get(1).onPublication = () -> listenings.forEach(Listening::cancel);
        listenings.forEach(listening -> shard.welcome(listening, CATCHUP));
        shard.publish(BELLS, publication(2));
        shard.publish(BELLS, publication(3));

        // When
        shard.flush();
        runAll();

        // Then
        assertThat(recorders.get(0).heard).containsExactly("subscribed", "2");
        assertThat(recorders.get(1).heard).containsExactly("subscribed", "2");
        assertThat(recorders.get(2).heard).containsExactly("subscribed");
        assertThat(leaving).hasSize(3);
    }

    @Test
    void goesOnWhenASubscriberFails() {
        // Given
        var failing = new Recorder();
        failing.onPublication = () -> {
            throw new IllegalStateException("on purpose");
        };
        var other = new Recorder();
        shard.welcome(listening(failing), CATCHUP);
        shard.welcome(listening(other), CATCHUP);
        shard.publish(BELLS, publication(2));

        // When
        shard.flush();
        runAll();

        // Then
        assertThat(other.heard).containsExactly("subscribed", "2");
    }

    @Test
    void keepsTheOthersWhenSomeLeave() {
        // Given
        var recorders = List.of(new Recorder(), new Recorder(), new Recorder(), new Recorder());
        var listenings = recorders.stream().map(this::listening).toList();
        listenings.forEach(listening -> shard.welcome(listening, CATCHUP));
        shard.flush();
        runAll();

        // When
        listenings.get(0).cancel();
        listenings.get(2).cancel();
        shard.publish(BELLS, publication(2));
        shard.flush();
        runAll();

        // Then
        assertThat(recorders.get(0).heard).containsExactly("subscribed");
        assertThat(recorders.get(1).heard).containsExactly("subscribed", "2");
        assertThat(recorders.get(2).heard).containsExactly("subscribed");
        assertThat(recorders.get(3).heard).containsExactly("subscribed", "2");
    }

    private Listening listening(Subscriber subscriber) {
        return new Listening(shard, BELLS, null, subscriber);
    }

    private void runAll() {
        for (var task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private static Publication publication(long offset) {
        return new Publication(new LogEntry(
                offset,
                new Event(
                        new Event.Id("id"),
                        Event.DEFAULT_TYPE,
                        Event.DEFAULT_SOURCE,
                        Instant.EPOCH,
                        BELLS,
                        "",
                        ByteString.EMPTY,
                        Map.of(),
                        null)));
    }

    private static final class Recorder implements Subscriber {
        private final List<String> heard = new ArrayList<>();
        private Runnable onPublication = () -> {};

        @Override
        public void subscribed(Catchup catchup) {
            heard.add("subscribed");
        }

        @Override
        public void publication(Publication publication) {
            heard.add(Long.toString(publication.offset()));
            onPublication.run();
        }

        @Override
        public void broken(Position top) {
            heard.add("broken");
        }

        @Override
        public void failed(Failure failure) {
            heard.add("failed");
        }
    }
}
