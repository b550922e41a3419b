package dev.carillon.connection.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import dev.carillon.testkit.conformance.ListenerTransport;
import dev.carillon.testkit.conformance.Pack;
import dev.carillon.testkit.conformance.Site;
import dev.carillon.testkit.conformance.Stage;
import dev.carillon.testkit.conformance.Storm;
import dev.carillon.testkit.conformance.Talker;
import dev.carillon.testkit.conformance.TokenMint;
import dev.carillon.testkit.conformance.Transport;
import dev.carillon.testkit.conformance.WebSocketTransport;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every promise over every transport.
@QuarkusTest
@TestProfile(ConformanceNode.class)
@WithTestResource(InVmKafkaResource.class)
class ConformanceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static @Nullable TestOwner owner;
    private static @Nullable Site site;

    @BeforeAll
    static void own() {
        owner = TestOwner.start(InVmKafka.sharedBootstrapServers()).awaitReady();
        site = Site.of(HttpProbe.uri("/"), KafkaProbe.shared(), owner);
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

    static Stream<Pack.Play> plays() {
        return Stream.concat(Pack.everything(), Pack.faults());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plays")
    void keeps(Pack.Play play) throws Exception {
        play.on(site());
    }

    /// They take their time, so all of them wait together.
    @Test
    void endsWhatExpiresAndWhoDoesNotAnswer() {
        var sockets = Stream.concat(Stream.of(WebSocketTransport.values()), Stream.of(ListenerTransport.UNI_WEBSOCKET));
        try (var silent = new Stages(sockets.toList());
                var stages = new Stages(Pack.TRANSPORTS);
                var listeners = new Stages(Pack.LISTENERS)) {
            // Given
            var soon = Instant.now().plusSeconds(3);
            var later = soon.plus(Duration.ofHours(1));
            var expiring = Method.Connect.EMPTY.withToken(TokenMint.connection("anna", soon));
            var stale = silent.map(Stage::open);
            var deaf = stages.map(stage -> stage.connected().deafToPings());
            var late = stages.map(stage -> connected(stage, expiring));
            var renewing = stages.map(stage -> connected(stage, expiring));
            var lateListeners = listeners.map(stage -> listening(stage, expiring));
            var lateSubscribers = stages.map(stage -> subscribed(stage, soon));
            var renewingSubscribers = stages.map(stage -> subscribed(stage, soon));
            var staying = stages.map(stage -> {
                var client = stage.connected();
                client.subscribe(stage.channel("listening"));
                return client;
            });
            var listening = listeners.map(stage -> listening(stage, Method.Connect.EMPTY));

            // When: their time is up, but not yet the grace
            await().atMost(PATIENCE).until(() -> Instant.now().isAfter(soon.plusSeconds(5)));
            renewing.forEach(client -> client.call(new Method.Refresh(TokenMint.connection("anna", later))));
            stages.forEach((stage, at) -> renewingSubscribers
                    .get(at)
                    .call(new Method.SubRefresh(stage.channel("expires"), grant(stage, later), 0)));

            // Then
            assertThat(stale).extracting(Talker::closed).containsOnly(3502);
            assertThat(deaf).extracting(Talker::closed).containsOnly(3012);
            assertThat(late).extracting(Talker::closed).containsOnly(3005);
            assertThat(lateListeners).extracting(Talker::closed).containsOnly(3005);
            stages.forEach((stage, at) -> lateSubscribers
                    .get(at)
                    .awaitPush(Push.to(stage.channel("expires"), new Push.Unsubscribe(2501, "subscription expired"))));
            Stream.of(renewing, renewingSubscribers, staying, listening)
                    .flatMap(List::stream)
                    .forEach(client -> {
                        assertThat(client.isOpen()).isTrue();
                        assertThat(client.replies()).contains(new Reply.Ping());
                    });
            stages.forEach((stage, at) -> {
                var channel = stage.channel("expires");
                renewingSubscribers.get(at).publish(channel, "1");
                assertThat(renewingSubscribers.get(at).awaitPublications(channel, 1))
                        .hasSize(1);
                assertThat(lateSubscribers.get(at).publications(channel)).isEmpty();
            });
        }
    }

    /// Clients of all transports are sent away twice while a lot is published, and come back by themselves.
    @Test
    void losesAndRepeatsNothingInAStormOfRecoveries() {
        try (var storm = new Storm(site(), Pack.TRANSPORTS, 200)) {
            var load = CompletableFuture.runAsync(() -> storm.publish(300));
            await().atMost(PATIENCE).until(() -> storm.published() >= 60);
            assertThat(shed()).isGreaterThanOrEqualTo(200);
            await().atMost(PATIENCE).until(() -> storm.published() >= 160);
            assertThat(shed()).isPositive();
            load.join();

            storm.awaitAll(PATIENCE);
            assertThat(storm.recoveries()).isGreaterThanOrEqualTo(200);
        }
    }

    private static Talker connected(Stage stage, Method.Connect connect) {
        var client = stage.open();
        client.call(connect);
        return client;
    }

    private static Talker listening(Stage stage, Method.Connect connect) {
        var client = stage.open();
        client.listen(connect);
        return client;
    }

    private static Talker subscribed(Stage stage, Instant until) {
        var client = stage.connected();
        client.subscribe(Method.Subscribe.to(stage.channel("expires")).withToken(grant(stage, until)));
        return client;
    }

    private static String grant(Stage stage, Instant until) {
        return TokenMint.subscription("", stage.channel("expires"), until);
    }

    private static int shed() {
        var answer = new HttpProbe()
                .post(
                        "/v1/nodes/" + ConformanceNode.NAME + ":shed",
                        "{\"share\":1.0,\"period\":1}",
                        "Content-Type",
                        "application/json");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.json().path("touched").asInt();
    }

    private static Site site() {
        return Objects.requireNonNull(site);
    }

    /// A stage for each transport.
    private static final class Stages implements AutoCloseable {
        private final List<Stage> all;

        Stages(List<? extends Transport> transports) {
            all = transports.stream()
                    .map(transport -> new Stage(transport, site()))
                    .toList();
        }

        List<Talker> map(Function<Stage, Talker> open) {
            return all.stream().map(open).toList();
        }

        void forEach(ObjIntConsumer<Stage> action) {
            for (int at = 0; at < all.size(); at++) {
                action.accept(all.get(at), at);
            }
        }

        @Override
        public void close() {
            all.forEach(Stage::close);
        }
    }
}
