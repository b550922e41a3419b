package dev.carillon.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedSet;

/// What all rounds of a scenario say together: the median of each metric, and ratios of ours to others'.
///
/// @param samples in the order in which they were taken
/// @param headline the metrics that matter most
public record Outcome(String scenario, String about, List<String> headline, List<Sample> samples) {

    private static final String OURS = "carillon";

    public Outcome {
        headline = List.copyOf(headline);
        samples = List.copyOf(samples);
    }

    SequencedSet<String> contenders() {
        var names = new LinkedHashSet<String>();
        samples.forEach(sample -> names.add(sample.contender()));
        return names;
    }

    List<Sample> of(String contender) {
        return samples.stream()
                .filter(sample -> sample.contender().equals(contender))
                .toList();
    }

    SequencedSet<String> metrics() {
        var names = new LinkedHashSet<String>();
        samples.forEach(sample -> names.addAll(sample.metrics().keySet()));
        return names;
    }

    /// The median of a contender's rounds; nothing if it was not measured.
    OptionalDouble median(String contender, String metric) {
        var values = of(contender).stream()
                .map(Sample::metrics)
                .filter(metrics -> metrics.containsKey(metric))
                .mapToDouble(metrics -> metrics.getOrDefault(metric, 0.0))
                .sorted()
                .toArray();
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of((values[(values.length - 1) / 2] + values[values.length / 2]) / 2);
    }

    /// How good ours is beside another's: 1 is as good, 2 is twice as good, whether less or more is better.
    OptionalDouble ratio(String metric, String other) {
        var mine = median(OURS, metric);
        var theirs = median(other, metric);
        if (mine.isEmpty() || theirs.isEmpty()) {
            return OptionalDouble.empty();
        }
        double ratio = Sample.isCost(metric)
                ? theirs.getAsDouble() / mine.getAsDouble()
                : mine.getAsDouble() / theirs.getAsDouble();
        return Double.isFinite(ratio) ? OptionalDouble.of(ratio) : OptionalDouble.empty();
    }

    /// Ratios of the headline to all others: `ratio-to-OTHER` for its first metric, `METRIC-to-OTHER` for more.
    Map<String, Double> ratios() {
        var ratios = new LinkedHashMap<String, Double>();
        for (var metric : headline) {
            var prefix = metric.equals(headline.getFirst()) ? "ratio" : metric;
            contenders().stream().filter(other -> !other.equals(OURS)).forEach(other -> ratio(metric, other)
                    .ifPresent(ratio -> ratios.put(prefix + "-to-" + other, ratio)));
        }
        return ratios;
    }

    /// What went wrong with whom.
    public List<String> faults() {
        return samples.stream()
                .flatMap(sample -> sample.faults().stream().map(fault -> sample.contender() + ": " + fault))
                .toList();
    }

    /// The last line: everything that matters, for people and scripts.
    public String line() {
        var words = new ArrayList<>(List.of("bench", scenario + ":"));
        for (var metric : headline) {
            median(OURS, metric).ifPresent(value -> words.add(metric + "=" + number(value)));
        }
        ratios().forEach((name, ratio) -> words.add("%s=%.2f".formatted(name, ratio)));
        if (!faults().isEmpty()) {
            words.add("void=" + faults().size());
        }
        return String.join(" ", words);
    }

    /// Three digits that count, no more.
    static String number(double value) {
        if (value == 0) {
            return "0";
        }
        int digits = (int) Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /// A row for each metric, a column for each contender, and ratios of ours behind.
    public String table() {
        var rows = new ArrayList<List<String>>();
        var names = new ArrayList<>(contenders());
        var head = new ArrayList<>(List.of(scenario));
        head.addAll(names);
        names.stream().filter(name -> !name.equals(OURS)).forEach(name -> head.add("to " + name));
        rows.add(head);
        for (var metric : metrics()) {
            var row = new ArrayList<>(List.of(metric));
            names.forEach(name -> row.add(cell(median(name, metric))));
            names.stream().filter(name -> !name.equals(OURS)).forEach(name -> row.add(cell(ratio(metric, name))));
            rows.add(row);
        }
        return about + "\n\n" + Table.markdown(rows);
    }

    private static String cell(OptionalDouble value) {
        return value.isPresent() ? number(value.getAsDouble()) : "";
    }
}
