package dev.carillon.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
public final class Storm implements AutoCloseable {

    private static final int CHANNELS = 4;

    private final Site site;
    private final String number;
    private final List<Transport> transports;
    private final List<Fan> fans;
    private final AtomicInteger recoveries = new AtomicInteger();
    private volatile boolean over;
    private final AtomicInteger published = new AtomicInteger();

    public Storm(Site site, List<Transport> transports, int clients) {
        this.site = site;
        this.number = site.nextStage();
        this.transports = transports;
        this.fans = IntStream.range(0, clients).mapToObj(Fan::new).toList();
        fans.forEach(Fan::comeIn);
    }

    /// Publishes so many numbers to every channel, one after the other.
    public void publish(int count) {
        var http = new NodeHttp(site);
        for (int n = 0; n < count; n++) {
            var data = Integer.toString(n);
            var posts = IntStream.range(0, CHANNELS)
                    .mapToObj(channel -> http.postLater(NodeHttp.events(name(channel)), data))
                    .toList();
            posts.forEach(post -> assertThat(post.join().status()).isEqualTo(202));
            published.incrementAndGet();
        }
    }

    /// How many numbers are published already.
    public int published() {
        return published.get();
    }

    public int recoveries() {
        return recoveries.get();
    }

    /// Returns when every client has every number, once and in order.
    public void awaitAll(Duration patience) {
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

    private String name(int channel) {
        return "storm:" + number + "-" + channel;
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
            talker = new Talker(transport, site.door()).connect();
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
                var next = new Talker(transport, site.door()).connect();
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
