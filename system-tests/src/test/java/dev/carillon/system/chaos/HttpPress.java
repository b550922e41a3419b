package dev.carillon.system.chaos;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Supplier;

/// `POST /v1/channels/{channel}/events` to any node, with the key as idempotency key: a repeat may go anywhere.
final class HttpPress implements Press {

    private static final int ACCEPTED = 202;
    private static final int TOO_MANY = 429;
    private static final int FAULTS = 500;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final Supplier<Instance> anyNode;

    HttpPress(Supplier<Instance> anyNode) {
        this.anyNode = anyNode;
    }

    @Override
    public Outcome publish(String channel, String key) throws InterruptedException {
        var request = HttpRequest.newBuilder(anyNode.get().url("/v1/channels/" + channel + "/events"))
                .timeout(Duration.ofSeconds(12))
                .header("content-type", "application/json")
                .header("ce-id", key)
                .header("ce-type", "chaos.http")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(Load.data(channel, key)))
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            int status = response.statusCode();
            if (status == ACCEPTED) {
                return Outcome.ACKNOWLEDGED;
            }
            if (status != TOO_MANY && status < FAULTS) {
                throw new IllegalStateException("publish refused with %d: %s".formatted(status, response.body()));
            }
            return Outcome.AGAIN;
        } catch (IOException _) {
            return Outcome.AGAIN;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
