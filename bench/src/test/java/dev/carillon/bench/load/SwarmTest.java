package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SwarmTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 50;

    private final TestServer server = new TestServer();
    private final Loop loop = new Loop("test");
    private final Swarm swarm = new Swarm(loop, server.address(), new BareWebSocket(client -> "/sub/a"));

    @AfterEach
    void close() throws IOException {
        swarm.close();
        loop.close();
        server.close();
    }

    @Test
    void countsEveryDeliveryAndNoOther() {
        // Given
        swarm.await(swarm.open(CLIENTS, Arriving.storm(10)), PATIENCE);
        var plan = new Publisher.Plan(List.of("a"), 4, 100, 1);

        // When
        Published published;
        try (var publisher = new Publisher(loop, server.address(), HttpPublish.to("/pub/{channel}"), plan)) {
            published = publisher
                    .run(new Pace.Window(8, swarm::deliveries, CLIENTS), 1000)
                    .join();
        }
        var tally = swarm.take();

        // Then
        assertThat(published.isClean()).isTrue();
        assertThat(published.acknowledged()).isEqualTo(1000);
        assertThat(published.complete().getTotalCount()).isEqualTo(1000);
        assertThat(tally.deliveries()).isEqualTo(1000L * CLIENTS);
        assertThat(tally.latency().getTotalCount()).isEqualTo(1000L * CLIENTS);
        assertThat(tally.joining().getTotalCount()).isEqualTo(CLIENTS);
        assertThat(tally.isClean()).as(tally::toString).isTrue();
        assertThat(swarm.take().deliveries()).isZero();
    }

    @Test
    void keepsItsSchedule() {
        // Given
        var plan = new Publisher.Plan(List.of("a"), 8, 64, 1);
        try (var other = new Loop("publisher");
                var publisher = new Publisher(other, server.address(), HttpPublish.to("/pub/{channel}"), plan)) {

            // When
            var published =
                    publisher.run(new Pace.Rate(500), Duration.ofSeconds(1)).join();

            // Then
            assertThat(published.acknowledged() + published.unsent()).isEqualTo(500);
            assertThat(published.latency().getTotalCount()).isEqualTo(published.acknowledged());
        }
    }

    @Test
    void clientsComeBackAndTheirEndsAreCounted() throws IOException {
        // Given
        swarm.await(swarm.open(CLIENTS, Arriving.evenly(1000)), PATIENCE);
        swarm.take();

        // When
        server.cutOne();
        await().atMost(PATIENCE).until(() -> swarm.take().joining().getTotalCount() == 1);

        // Then
        assertThat(swarm.listening()).isEqualTo(CLIENTS);
    }

    @Test
    void allComeBackAfterACut() {
        // Given
        swarm.await(swarm.open(CLIENTS, Arriving.storm(10)), PATIENCE);

        // When
        swarm.cut();
        int cut = swarm.listening();
        swarm.await(swarm.reopen(Arriving.storm(20)), PATIENCE);

        // Then
        assertThat(cut).isZero();
        assertThat(swarm.listening()).isEqualTo(CLIENTS);
        assertThat(swarm.take().joining().getTotalCount()).isEqualTo(2 * CLIENTS);
    }
}
