package dev.carillon.bench.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// The REST API of webhook-dispatcher, as far as it is needed here.
final class DispatcherApi {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final URI service;

    DispatcherApi(URI service) {
        this.service = service;
    }

    /// Registers the endpoint of a channel, or changes it.
    ///
    /// @param schedule delays between attempts; empty for the service's own
    void register(int endpoint, String url, List<Duration> schedule) {
        var steps = schedule.stream()
                .map(step -> "\"" + step + "\"")
                .collect(Collectors.joining(",", ",\"schedule\":[", "]"));
        send(
                "PUT",
                "/v1/endpoints/bench-" + endpoint,
                "{\"url\":\"" + url + "\",\"channels\":[\"" + Press.channel(endpoint) + "\"]"
                        + (schedule.isEmpty() ? "" : steps) + "}");
    }

    private void send(String method, String path, String body) {
        var request = HttpRequest.newBuilder(service.resolve(path))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        method + " " + path + " is answered " + answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + " fails", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
