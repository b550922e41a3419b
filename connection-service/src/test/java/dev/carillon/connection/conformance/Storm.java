package dev.carillon.connection.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.HttpProbe;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.StreamPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Many clients of one channel each, that come back from their positions whenever they are sent away, as client
/// libraries do.
final class Storm implements AutoCloseable {

    private static final int CHANNELS = 4;

    private final List<Transport> transports;
    private final List<Fan> fans;
    private final AtomicInteger recoveries = new AtomicInteger();
    private volatile boolean over;
    private final AtomicInteger published = new AtomicInteger();

    Storm(List<Transport> transports, int clients) {
        this.transports = transports;
        this.fans = IntStream.range(0, clients).mapToObj(Fan::new).toList();
        fans.forEach(Fan::comeIn);
    }

    /// Publishes so many numbers to every channel, one after the other.
    void publish(int count) {
        var http = new HttpProbe();
        for (int n = 0; n < count; n++) {
            var data = Integer.toString(n);
            var posts = IntStream.range(0, CHANNELS)
                    .mapToObj(channel ->
                            http.postLater(HttpProbe.events(name(channel)), data, "Content-Type", "application/json"))
                    .toList();
            posts.forEach(post -> assertThat(post.join().status()).isEqualTo(202));
            published.incrementAndGet();
        }
    }

    /// How many numbers are published already.
    int published() {
        return published.get();
    }

    int recoveries() {
        return recoveries.get();
    }

    /// Returns when every client has every number, once and in order.
    void awaitAll(Duration patience) {
        var all = IntStream.range(0, published()).mapToObj(Integer::toString).toList();
        await().atMost(patience)
                .untilAsserted(() -> assertThat(fans).allMatch(fan -> fan.seen().size() >= published()));
        assertThat(fans).allSatisfy(fan -> assertThat(fan.seen()).isEqualTo(all));
    }

    @Override
    public void close() {
        over = true;
        fans.forEach(Fan::leave);
    }

    private static String name(int channel) {
        return "storm:" + channel;
    }

    /// One client, over all its connections.
    private final class Fan {
        private final Transport transport;
        private final String channel;
        private final List<Publication> before = new ArrayList<>();
        private StreamPosition position = StreamPosition.NONE;
        private @Nullable Talker talker;

        Fan(int number) {
            transport = transports.get(number % transports.size());
            channel = name(number % CHANNELS);
        }

        void comeIn() {
            talker = new Talker(transport).connect();
            var epoch = talker.subscribe(channel).position().epoch();
            position = new StreamPosition(0, epoch);
            watch(talker);
        }

        private void watch(Talker current) {
            var _ = Thread.ofVirtual().start(() -> {
                current.awaitEnd();
                if (!over) {
                    comeBack(current);
                }
            });
        }

        private synchronized void comeBack(Talker gone) {
            before.addAll(gone.publications(channel));
            if (!before.isEmpty()) {
                position = new StreamPosition(before.getLast().offset(), position.epoch());
            }
            while (!over && !comesBack()) {
                Thread.onSpinWait(); // sent away again before it was in
            }
        }

        /// @return false when the connection ended before it was of use
        private boolean comesBack() {
            try {
                var next = new Talker(transport).connect();
                var result = next.subscribe(Method.Subscribe.to(channel).recovering(position));
                assertThat(result.recovered()).isTrue();
                before.addAll(result.publications());
                recoveries.incrementAndGet();
                talker = next;
                watch(next);
                return true;
            } catch (Talker.Gone | CompletionException e) {
                return false;
            }
        }

        synchronized List<String> seen() {
            var all = new ArrayList<>(before);
            all.addAll(Objects.requireNonNull(talker).publications(channel));
            return Talker.texts(all);
        }

        synchronized void leave() {
            Objects.requireNonNull(talker).close();
        }
    }
}
