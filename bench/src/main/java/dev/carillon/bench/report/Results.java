package dev.carillon.bench.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// Writes outcomes into a folder: JSON, a table, and plots.
///
/// @param folder is made if it is missing
public record Results(Path folder) {

    private static final JsonMapper JSON = new JsonMapper();

    /// Writes `SCENARIO.json`, `SCENARIO.md` and `SCENARIO-….svg`.
    public void write(Outcome outcome) throws IOException {
        Files.createDirectories(folder);
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve(outcome.scenario() + ".json").toFile(), json(outcome));
        Files.writeString(
                folder.resolve(outcome.scenario() + ".md"), outcome.table() + "\n    " + outcome.line() + "\n");
        Plots.write(outcome, folder);
    }

    private static ObjectNode json(Outcome outcome) throws IOException {
        var json = JSON.createObjectNode();
        json.put("scenario", outcome.scenario()).put("about", outcome.about());
        json.set("machine", machine());
        var ratios = json.putObject("ratios");
        outcome.ratios().forEach(ratios::put);
        var contenders = json.putObject("medians");
        for (var name : outcome.contenders()) {
            var medians = contenders.putObject(name);
            for (var metric : outcome.metrics()) {
                outcome.median(name, metric).ifPresent(value -> medians.put(metric, value));
            }
        }
        var samples = json.putArray("samples");
        outcome.samples().forEach(sample -> samples.add(json(sample)));
        return json;
    }

    private static ObjectNode json(Sample sample) {
        var json = JSON.createObjectNode().put("contender", sample.contender());
        var metrics = json.putObject("metrics");
        sample.metrics().forEach(metrics::put);
        var curves = json.putObject("curves");
        sample.curves().forEach((name, points) -> {
            var array = curves.putArray(name);
            points.forEach(point -> array.addArray().add(point.x()).add(point.y()));
        });
        var faults = json.putArray("faults");
        sample.faults().forEach(faults::add);
        return json;
    }

    private static ObjectNode machine() throws IOException {
        return JSON.createObjectNode()
                .put("time", Instant.now().toString())
                .put("cores", Runtime.getRuntime().availableProcessors())
                .put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("jvm", System.getProperty("java.vm.version"))
                .put("load", Files.readString(Path.of("/proc/loadavg")).strip());
    }
}
