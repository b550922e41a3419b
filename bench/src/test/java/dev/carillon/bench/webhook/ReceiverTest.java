package dev.carillon.bench.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.Marker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The receiver, over real sockets.
class ReceiverTest {

    private final Receiver receiver = Receiver.start(new Manners(Duration.ofMillis(50), 2, 1));
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        receiver.close();
    }

    @Test
    void answersAsThePathSays() throws Exception {
        // When
        var statuses = List.of(
                post("ok", 300, 1), post("slow", 2, 2), post("fail", 3, 4), post("fail", 3, 4), post("fail", 3, 5));

        // Then
        assertThat(statuses).containsExactly(204, 204, 500, 204, 204);
        var arrivals = receiver.cut();
        assertThat(arrivals.size()).isEqualTo(5);
        assertThat(arrivals.endpoint(0)).isEqualTo(300);
        assertThat(arrivals.isTaken(2)).isFalse();
        assertThat(arrivals.isTaken(3)).isTrue();
        assertThat(receiver.cut().size()).isZero();
        assertThat(receiver.arrived()).isEqualTo(5);
    }

    @Test
    void neverAnswersFromAHole() {
        Assertions.assertThatThrownBy(() -> post("hole", 1, 1)).isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void isDrivenByTheLimit() {
        // Given
        var targets = List.of(URI.create(receiver.url("ok", 0)), URI.create(receiver.url("ok", 1)));

        // When
        double perSecond =
                LimitLoop.perSecond(targets, 4, EventData.blank(200), Duration.ofMillis(50), Duration.ofMillis(200));

        // Then
        var arrivals = receiver.cut();
        assertThat(perSecond).isPositive();
        assertThat(Account.of(arrivals, 1, arrivals.size() + 1)).isEqualTo(new Account(arrivals.size(), 0, 0, 0, 0));
    }

    private int post(String manner, int endpoint, long sequence) throws Exception {
        var data = EventData.blank(200);
        Marker.write(data, EventData.MARKER_AT, 1, sequence);
        var request = HttpRequest.newBuilder(URI.create(receiver.url(manner, endpoint)))
                .timeout(manner.equals("hole") ? Duration.ofMillis(500) : Duration.ofSeconds(30))
                .POST(BodyPublishers.ofByteArray(data))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }
}
