package dev.carillon.testkit.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// What the application says to the nodes over HTTP, to each in turn. Safe for use by many threads.
public final class NodeHttp {

    static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Site site;

    public NodeHttp(Site site) {
        this.site = site;
    }

    /// An answer, and its body as it came.
    public record Answer(int status, String body) {

        public JsonNode json() {
            return parse(body);
        }

        public String at(String pointer) {
            return json().at(pointer).asText();
        }
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }

    public Answer get(String path) {
        return send("GET", path, "").join();
    }

    /// The lines of a response that does not end; closing them ends it.
    Stream<String> lines(String path) {
        var request = HttpRequest.newBuilder(site.door().node().resolve(path)).build();
        return CLIENT.sendAsync(request, BodyHandlers.ofLines()).join().body();
    }

    /// @param headers names and values in turn, beside the type of the body, which is JSON
    public Answer post(String path, String body, String... headers) {
        return postLater(path, body, headers).join();
    }

    public CompletableFuture<Answer> postLater(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer put(String path, String body) {
        return send("PUT", path, body).join();
    }

    /// Publishes, and tells the answer.
    ///
    /// @throws AssertionError when it is not accepted
    public Answer publish(String channel, String json, String... headers) {
        var answer = post(events(channel), json, headers);
        if (answer.status() != 202) {
            throw new AssertionError("not published: " + answer);
        }
        return answer;
    }

    /// The sum of a counter over all nodes.
    ///
    /// @param meter as Prometheus has it, without `carillon_` and `_total`
    /// @param tag as Prometheus has it: `name="value"`
    double counted(String meter, String tag) {
        return site.nodes().stream()
                .mapToDouble(node -> exchange(node, "GET", "/q/metrics", "")
                        .join()
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("carillon_" + meter + "_total{") && line.contains(tag))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum())
                .sum();
    }

    static String events(String channel) {
        return "/v1/channels/" + encode(channel) + "/events";
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private CompletableFuture<Answer> send(String method, String path, String body, String... headers) {
        return exchange(site.door().node(), method, path, body, headers);
    }

    private static CompletableFuture<Answer> exchange(
            URI node, String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(node.resolve(path)).timeout(PATIENCE);
        if (!method.equals("GET")) {
            var all = Stream.concat(Stream.of("Content-Type", "application/json"), Arrays.stream(headers));
            request.method(method, BodyPublishers.ofString(body)).headers(all.toArray(String[]::new));
        }
        return CLIENT.sendAsync(request.build(), BodyHandlers.ofString())
                .thenApply(response -> new Answer(response.statusCode(), response.body()));
    }
}
