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
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every promise over every transport.
@QuarkusTest
@TestProfile(ConformanceNode.class)
@WithTestResource(InVmKafkaResource.class)
class ConformanceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<Transport> TRANSPORTS = List.of(WebSocketTransport.values());

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

    static Stream<Arguments> scenarios() {
        return TRANSPORTS.stream().flatMap(transport -> Stream.of(
                        Malformed.scenarios(transport.codec()),
                        Commands.scenarios(),
                        Streams.scenarios(),
                        Races.scenarios())
                .flatMap(all -> all.map(scenario -> Arguments.of(scenario, transport))));
    }

    @ParameterizedTest(name = "{0}, over {1}")
    @MethodSource("scenarios")
    void keeps(Scenario scenario, Transport transport) throws Exception {
        try (var stage = new Stage(transport, Objects.requireNonNull(owner))) {
            scenario.script().play(stage);
        }
    }

    /// They take their time, so all of them wait together.
    @Test
    void endsWhatExpiresAndWhoDoesNotAnswer() {
        try (var stages = new Stages(TRANSPORTS, Objects.requireNonNull(owner))) {
            // Given
            var soon = Instant.now().plusSeconds(3);
            var stale = stages.map(Stage::open);
            var deaf = stages.map(stage -> stage.connected().deafToPings());
            var expiring = stages.map(stage -> {
                var client = stage.open();
                client.call(Method.Connect.EMPTY.withToken(TokenMint.connection("anna", soon)));
                return client;
            });
            var subscribed = stages.map(stage -> {
                var client = stage.connected();
                var channel = stage.channel("expires");
                client.subscribe(Method.Subscribe.to(channel).withToken(TokenMint.subscription("", channel, soon)));
                return client;
            });
            var listening = stages.map(stage -> {
                var client = stage.connected();
                client.subscribe(stage.channel("listening"));
                return client;
            });

            // Then
            assertThat(stale).extracting(Talker::closed).containsOnly(3502);
            assertThat(deaf).extracting(Talker::closed).containsOnly(3012);
            assertThat(expiring).extracting(Talker::closed).containsOnly(3005);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(subscribed).allSatisfy(client -> assertThat(client.replies())
                            .anyMatch(reply -> reply instanceof Push push
                                    && push.body().equals(new Push.Unsubscribe(2501, "subscription expired")))));
            assertThat(listening).allSatisfy(client -> {
                assertThat(client.isOpen()).isTrue();
                assertThat(client.replies()).contains(new Reply.Ping());
            });
        }
    }

    /// Clients of all transports are sent away twice while a lot is published, and come back by themselves.
    @Test
    void losesAndRepeatsNothingInAStormOfRecoveries() {
        try (var storm = new Storm(TRANSPORTS, 200)) {
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

    /// A stage for each transport.
    private static final class Stages implements AutoCloseable {
        private final List<Stage> all;

        Stages(List<Transport> transports, TestOwner owner) {
            all = transports.stream()
                    .map(transport -> new Stage(transport, owner))
                    .toList();
        }

        List<Talker> map(Function<Stage, Talker> open) {
            return all.stream().map(open).toList();
        }

        @Override
        public void close() {
            all.forEach(Stage::close);
        }
    }
}
