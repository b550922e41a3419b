package dev.carillon.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the command line asks for.
///
/// @param scenarios names of files
/// @param rounds 0 for what each scenario says
/// @param only contenders, instead of what each scenario says
/// @param parameters instead of the scenarios' own, as JSON
/// @param before a checkout to compare with
record Options(
        Path project,
        List<String> scenarios,
        int rounds,
        List<String> only,
        Map<String, String> parameters,
        @Nullable Path before,
        Path results) {

    /// @throws IllegalArgumentException if it cannot be understood
    static Options of(String... arguments) {
        var project = Path.of(System.getProperty("carillon.project", ".")).toAbsolutePath();
        List<String> scenarios = new ArrayList<>();
        List<String> only = List.of();
        Map<String, String> parameters = new LinkedHashMap<>();
        int rounds = 0;
        Path before = null;
        var results = project.resolve("bench/results");
        var words = new ArrayDeque<>(Arrays.asList(arguments));
        while (!words.isEmpty()) {
            var word = words.remove();
            switch (word) {
                case "--rounds" -> rounds = Integer.parseInt(value(word, words));
                case "--only" -> only = List.of(value(word, words).split(",", -1));
                case "--before" -> before = Path.of(value(word, words)).toAbsolutePath();
                case "--results" -> results = Path.of(value(word, words)).toAbsolutePath();
                case "--set" -> {
                    var pair = value(word, words).split("=", 2);
                    parameters.put(pair[0], pair[pair.length - 1]);
                }
                default -> scenarios.add(word);
            }
        }
        if (scenarios.isEmpty()) {
            throw new IllegalArgumentException("which scenario? --help tells which there are");
        }
        return new Options(project, scenarios, rounds, only, parameters, before, results);
    }

    private static String value(String option, ArrayDeque<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException(option + " wants a value");
        }
        return words.remove();
    }

    /// The parameters of a scenario with those of the command line in their places.
    JsonNode changed(JsonNode scenarios) {
        ObjectNode changed = scenarios.deepCopy();
        parameters.forEach((name, value) -> changed.set(name, json(value)));
        return changed;
    }

    private static JsonNode json(String value) {
        var json = new JsonMapper();
        try {
            return json.readTree(value);
        } catch (JsonProcessingException _) {
            return json.getNodeFactory().textNode(value);
        }
    }
}
