package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.HistoryOptions;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The unmodified Java SDK, which speaks Protobuf.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class SdkIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static @Nullable TestOwner owner;

    @BeforeAll
    static void own() {
        owner = TestOwner.start(InVmKafka.sharedBootstrapServers()).awaitReady();
    }

    @AfterAll
    static void disown() {
        if (owner != null) {
            owner.close();
        }
    }

    @BeforeEach
    void awaitReady() {
        Ready.await(new HttpProbe());
    }

    @Test
    void subscribesPublishesAndReadsHistory() throws Exception {
        try (var listener = new Sdk();
                var publisher = new Sdk()) {
            // Given
            listener.subscribe("sdk");
            listener.awaitSubscribed(1);

            // When
            publisher.publish("sdk", "{\"n\":1}");
            publisher.publish("sdk", "{\"n\":2}");

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(listener.data).containsExactly("{\"n\":1}", "{\"n\":2}"));
            assertThat(listener.publications.getFirst().getTags()).containsKey("ce_id");
            var history = new CompletableFuture<Integer>();
            publisher.client.history(
                    "sdk", new HistoryOptions.Builder().withLimit(10).build(), (error, result) -> {
                        if (error == null) {
                            history.complete(result.getPublications().size());
                        } else {
                            history.completeExceptionally(error);
                        }
                    });
            assertThat(history.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(2);
        }
    }

    @Test
    void recoversWhatItMissedWhileItWasAway() throws Exception {
        try (var listener = new Sdk();
                var publisher = new Sdk()) {
            // Given
            listener.subscribe("sdk:away");
            listener.awaitSubscribed(1);
            publisher.publish("sdk:away", "0");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(listener.data).containsExactly("0"));
            listener.client.disconnect();

            // When
            IntStream.rangeClosed(1, 20).forEach(n -> publisher.publish("sdk:away", Integer.toString(n)));
            listener.client.connect();

            // Then
            listener.awaitSubscribed(2);
            assertThat(listener.subscribed.getLast().wasRecovering()).isTrue();
            assertThat(listener.subscribed.getLast().getRecovered()).isTrue();
            publisher.publish("sdk:away", "21");
            var all = IntStream.rangeClosed(0, 21).mapToObj(Integer::toString).toList();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(listener.data).isEqualTo(all));
        }
    }

    /// A client of the SDK that keeps what it hears.
    private static final class Sdk implements AutoCloseable {
        private final List<SubscribedEvent> subscribed = new CopyOnWriteArrayList<>();
        private final List<PublicationEvent> publications = new CopyOnWriteArrayList<>();
        private final List<String> data = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> connected = new CompletableFuture<>();
        private final Client client;

        Sdk() {
            int port = HttpProbe.uri("/").getPort();
            client = new Client("ws://localhost:" + port + "/connection/websocket", new Options(), new EventListener() {
                @Override
                public void onConnected(Client itself, ConnectedEvent event) {
                    connected.complete(null);
                }
            });
            client.connect();
        }

        void subscribe(String channel) throws Exception {
            client.newSubscription(channel, new SubscriptionEventListener() {
                        @Override
                        public void onSubscribed(Subscription itself, SubscribedEvent event) {
                            subscribed.add(event);
                        }

                        @Override
                        public void onPublication(Subscription itself, PublicationEvent event) {
                            publications.add(event);
                            data.add(new String(event.getData(), StandardCharsets.UTF_8));
                        }
                    })
                    .subscribe();
        }

        void awaitSubscribed(int times) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(subscribed).hasSizeGreaterThanOrEqualTo(times));
        }

        void publish(String channel, String json) {
            var done = new CompletableFuture<Void>();
            connected.join();
            client.publish(channel, json.getBytes(StandardCharsets.UTF_8), (error, result) -> {
                if (error == null && result != null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(error);
                }
            });
            done.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }

        @Override
        public void close() {
            try {
                client.close(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
