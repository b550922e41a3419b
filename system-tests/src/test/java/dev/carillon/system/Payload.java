package dev.carillon.system;

import java.util.List;
import java.util.Map;

/// A real GitHub webhook payload.
///
/// @param name of the GitHub event, such as `issues`
/// @param json the payload's text
/// @param digest what clients report for the same data
record Payload(String name, String json, String digest) {

    /// All examples of the npm package, in its order.
    static List<Payload> all() {
        try (var script = NodeProcess.start("payloads.mjs", "payloads", Map.of())) {
            return script.awaitEnd().stream()
                    .map(line -> new Payload(
                            line.path("name").asText(),
                            line.path("json").asText(),
                            line.path("digest").asText()))
                    .toList();
        }
    }
}
