package dev.carillon.webhook.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.InVmKafkaResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class AttemptStreamIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TestHTTPResource("/")
    URI service = URI.create("");

    private final HttpReceiver receiver = HttpReceiver.start();
    private final List<Stream> streams = new ArrayList<>();

    @BeforeEach
    void ready() {
        Api.awaitReady();
    }

    @AfterEach
    void close() {
        streams.forEach(Stream::close);
        receiver.close();
    }

    @Test
    void showsAttemptsOfItsEndpointAsTheyAreCommitted() {
        // Given
        var mine = Api.register(Api.operator(), receiver.url("/mine").toString(), "");
        var other = Api.register(Api.operator(), receiver.url("/other").toString(), "");
        var stream = open(mine, "right-key");
        await().atMost(LONG).until(() -> stream.lines.contains("event: open"));

        // When
        Api.deliver(other, "event-other");
        Api.deliver(mine, "event-mine");

        // Then
        await().atMost(LONG).until(() -> stream.lines.contains("event: attempt"));
        var data = stream.lines.stream().filter(line -> line.contains("event-")).toList();
        assertThat(data).singleElement().asString().startsWith("data: {").contains("event-mine", "delivered");
        assertThat(stream.lines).anyMatch(line -> line.matches("id: \\d+-\\d+"));
    }

    @Test
    void endsWithItsToken() {
        var id = Api.register(
                Api.bearer(Api.token("acme")), receiver.url("/mine").toString(), "");

        var stream = open(id, Api.token("{\"owner\":\"acme\",\"ttl\":\"2s\"}", 201));

        assertThat(stream.response.statusCode()).isEqualTo(200);
        assertThat(stream.response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(stream.end).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void leavesRoomForOthersOnceSomebodyIsGone() {
        // Given
        var id = Api.register(Api.operator(), receiver.url("/mine").toString(), "");
        while (streams.isEmpty() || streams.getLast().response.statusCode() == 200) {
            open(id, "right-key");
            assertThat(streams).hasSizeLessThan(5);
        }
        assertThat(streams.getLast().response.statusCode()).isEqualTo(503);
        assertThat(streams.getLast().response.headers().firstValue("retry-after"))
                .isPresent();

        // When
        streams.forEach(Stream::close);

        // Then
        await().atMost(Duration.ofSeconds(30))
                .until(() -> open(id, "right-key").response.statusCode() == 200);
    }

    @Test
    void answersWhoOnlyAsksWhetherItIsThere() {
        var id = Api.register(Api.operator(), receiver.url("/mine").toString(), "");

        Api.operator().head("/v1/endpoints/" + id + "/attempts/stream").then().statusCode(200);
    }

    private Stream open(String endpoint, String credential) {
        var stream = new Stream(service.resolve("/v1/endpoints/" + endpoint + "/attempts/stream"), credential);
        streams.add(stream);
        return stream;
    }

    /// A stream that somebody reads.
    private static final class Stream implements AutoCloseable {
        private final HttpClient http = HttpClient.newHttpClient();
        private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final HttpResponse<InputStream> response;

        Stream(URI url, String credential) {
            var request = HttpRequest.newBuilder(url).method("GET", BodyPublishers.noBody());
            if (credential.contains(".")) {
                request.header("Authorization", "Bearer " + credential);
            } else {
                request.header("X-API-Key", credential);
            }
            this.response = http.sendAsync(request.build(), BodyHandlers.ofInputStream())
                    .join();
            Thread.startVirtualThread(this::read);
        }

        private void read() {
            try (var reader = new java.io.BufferedReader(new java.io.InputStreamReader(response.body(), UTF_8))) {
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                }
                end.complete(null);
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
            http.shutdownNow();
        }
    }
}
