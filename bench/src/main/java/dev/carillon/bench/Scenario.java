package dev.carillon.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.bench.stand.CarillonStand.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is measured, as a file of `bench/scenarios` says.
///
/// @param name the file's
/// @param about one sentence for tables
/// @param workload what is done, see [Workloads]
/// @param contenders to whom, in this order in every round
/// @param rounds how often all of them have their turn
/// @param headline the metrics that the last line tells and compares, the first of them for ratios without a name
/// @param shape of Carillon
/// @param parameters of the workload
public record Scenario(
        String name,
        String about,
        String workload,
        List<String> contenders,
        int rounds,
        List<String> headline,
        Shape shape,
        JsonNode parameters) {

    /// @throws IllegalArgumentException if a member is missing
    static Scenario read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("there is no scenario " + file);
        }
        var json = new JsonMapper().readTree(file.toFile());
        return new Scenario(
                file.getFileName().toString().replace(".json", ""),
                json.required("about").asText(),
                json.required("workload").asText(),
                texts(json.required("contenders")),
                json.path("rounds").asInt(2),
                texts(json.required("headline")),
                shape(json.path("carillon")),
                json.required("parameters"));
    }

    private static Shape shape(JsonNode json) {
        Map<String, String> settings = new LinkedHashMap<>();
        json.path("settings")
                .properties()
                .forEach(setting ->
                        settings.put(setting.getKey(), setting.getValue().asText()));
        return new Shape(
                json.path("owners").asInt(1),
                json.path("nodes").asInt(1),
                json.path("dispatchers").asInt(0),
                settings);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
