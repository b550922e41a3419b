package dev.carillon.system.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// The requests of an operator. Safe for use by many threads.
final class Http {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private Http() {}

    static JsonNode get(URI url) {
        return send(HttpRequest.newBuilder(url));
    }

    static JsonNode put(URI url, String body) {
        return send(HttpRequest.newBuilder(url)
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    static JsonNode post(URI url, String body) {
        return send(HttpRequest.newBuilder(url)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static JsonNode send(HttpRequest.Builder request) {
        try {
            var response = CLIENT.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(
                        "%s: status %d %s".formatted(response.uri(), response.statusCode(), response.body()));
            }
            return Load.parse(response.body());
        } catch (IOException e) {
            throw new IllegalStateException("no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
