package dev.carillon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.testkit.conformance.Pack;
import dev.carillon.testkit.conformance.Site;
import dev.carillon.testkit.conformance.Storm;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The conformance pack on two packaged nodes and two packaged owners: the clients of each scenario are on
/// different nodes, and what they send beside a stream goes to the node that does not have it.
@NullUnmarked
class TwoNodesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static Fleet fleet;
    private static Publishing http;
    private static Site site;

    @BeforeAll
    static void startServices() {
        fleet = new Fleet(Pack.SETTINGS);
        http = new Publishing(fleet);
        var services = List.of(fleet.firstNode, fleet.secondNode, fleet.firstOwner, fleet.secondOwner);
        services.forEach(Service::start);
        services.forEach(Service::awaitReady);
        for (var node : List.of(fleet.firstNode, fleet.secondNode)) {
            await("both nodes to know each other")
                    .atMost(PATIENCE)
                    .until(() -> http.get(node.url("/v1/nodes")).path("items").size() == 2);
        }
        site = Site.of(List.of(fleet.firstNode.url("/"), fleet.secondNode.url("/")), fleet.kafka.probe());
    }

    @AfterAll
    static void stopServices() {
        if (http != null) {
            http.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    static Stream<Pack.Play> plays() {
        return Pack.spread();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plays")
    void keeps(Pack.Play play) throws Exception {
        play.on(site);
    }

    /// One node after the other is drained while a lot is published; all go to the other one and come back.
    @Test
    void losesAndRepeatsNothingWhileNodesAreDrained() {
        try (var storm = new Storm(site, Pack.TRANSPORTS, 100)) {
            var load = CompletableFuture.runAsync(() -> storm.publish(300));
            await().atMost(PATIENCE).until(() -> storm.published() >= 50);
            assertThat(release("node-1:drain")).isGreaterThanOrEqualTo(40);
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(connections("node-1")).isZero();
                assertThat(connections("node-2")).isEqualTo(100);
            });
            assertThat(release("node-1:accept")).isZero();
            assertThat(release("node-2:drain")).isEqualTo(100);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(connections("node-1")).isEqualTo(100));
            assertThat(release("node-2:accept")).isZero();
            load.join();

            storm.awaitAll(PATIENCE);
            assertThat(storm.recoveries()).isGreaterThanOrEqualTo(140);
        } finally {
            release("node-1:accept");
            release("node-2:accept");
        }
    }

    /// The idle timeout would never see that.
    @Test
    void cutsAConnectionWhoseFirstRequestComesByteByByte() throws IOException {
        var node = fleet.firstNode.url("/");
        try (var slow = new Socket(node.getHost(), node.getPort())) {
            var out = slow.getOutputStream();
            out.write("GET /connection/websocket HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));

            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> isCut(out));
        }
        assertThat(connections("node-1")).isNotNegative();
    }

    private static boolean isCut(OutputStream out) {
        try {
            out.write('x');
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /// Told to either node.
    private static int release(String call) {
        return http.post(fleet.secondNode.url("/v1/nodes/" + call), "{\"period\":1}", 200)
                .path("touched")
                .asInt();
    }

    private static int connections(String name) {
        for (JsonNode node : http.get(fleet.firstNode.url("/v1/nodes")).path("items")) {
            if (node.path("node").asText().equals(name)) {
                return node.path("connections").asInt();
            }
        }
        return -1;
    }
}
