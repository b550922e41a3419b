package dev.carillon.webhook.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The OpenAPI document as it is served, for tests that hold it against what the service does.
final class ApiDocument {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final JsonNode tree;

    ApiDocument(String json) {
        this.tree = read(json);
    }

    /// An example, and where its schema is.
    record Example(String place, JsonNode value, JsonNode schema) {}

    /// `GET /v1/endpoints` and so on.
    Set<String> routes() {
        var routes = new TreeSet<String>();
        for (var path : tree.path("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    routes.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                }
            }
        }
        return routes;
    }

    List<Example> examples() {
        var examples = new ArrayList<Example>();
        collect("", tree, examples);
        return examples;
    }

    /// Holds an answer against what the document says about it.
    void checkAnswer(String route, int status, String body) {
        var parts = List.of(route.split(" ", 2));
        var operation = tree.path("paths").path(parts.get(1)).path(parts.get(0).toLowerCase(java.util.Locale.ROOT));
        var answer = resolved(operation.path("responses").path(Integer.toString(status)));
        assertThat(answer.isMissingNode()).as("%s answers %d", route, status).isFalse();
        var content = answer.path("content").properties();
        if (content.isEmpty()) {
            assertThat(body).as("%s answers %d", route, status).isEmpty();
            return;
        }
        check(
                route + " " + status,
                read(body),
                content.iterator().next().getValue().path("schema"));
    }

    /// Holds a value against a schema of the document.
    void check(String what, JsonNode value, JsonNode schema) {
        var root = JSON.createObjectNode();
        root.set("components", tree.path("components"));
        root.set("allOf", JSON.createArrayNode().add(schema));
        var faults = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(root)
                .validate(value);
        assertThat(faults).as("%s: %s", what, value).isEmpty();
    }

    private void collect(String place, JsonNode node, List<Example> examples) {
        if (node.has("schema")) {
            if (node.has("example")) {
                examples.add(new Example(place, node.path("example"), node.path("schema")));
            }
            for (Map.Entry<String, JsonNode> example : node.path("examples").properties()) {
                examples.add(new Example(
                        place + "/" + example.getKey(), example.getValue().path("value"), node.path("schema")));
            }
        }
        for (var member : node.properties()) {
            collect(place + "/" + member.getKey(), member.getValue(), examples);
        }
    }

    private JsonNode resolved(JsonNode node) {
        var reference = node.path("$ref").asText();
        return reference.isEmpty() ? node : tree.at(JsonPointer.compile(reference.substring(1)));
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
