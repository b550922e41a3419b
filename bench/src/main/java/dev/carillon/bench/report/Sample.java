package dev.carillon.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;

/// What one contender showed in one round.
///
/// Names of metrics end in their unit. Less is better of what ends in `-s`, `-ms`, `-us`, `-kib`, `-mib` or
/// `-cpu-s-per-million`; of all else, more is. Confined to one thread.
public final class Sample {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLION = 1e6;
    private static final List<String> LESS_IS_BETTER = List.of("-s", "-ms", "-us", "-kib", "-mib", "-per-million");

    private final String contender;
    private final Map<String, Double> metrics = new LinkedHashMap<>();
    private final Map<String, Histogram> latencies = new LinkedHashMap<>();
    private final Map<String, List<Point>> curves = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();

    /// A point of a curve: what is measured, over what is varied.
    public record Point(double x, double y) {}

    public Sample(String contender) {
        this.contender = contender;
    }

    public String contender() {
        return contender;
    }

    /// Whether less of a metric is better.
    static boolean isCost(String metric) {
        return !metric.endsWith("per-s") && LESS_IS_BETTER.stream().anyMatch(metric::endsWith);
    }

    public void put(String metric, double value) {
        metrics.put(metric, value);
    }

    /// Puts CPU time as `NAME-cpu-s-per-million` of what was done with it.
    ///
    /// @param done how much that was
    public void cpu(String name, double seconds, long done) {
        put(name + "-cpu-s-per-million", seconds / (done / MILLION));
    }

    /// Adds the percentiles of a distribution in nanoseconds as `NAME-p50-ms` and so on, and keeps a copy of it
    /// for plots.
    public void latency(String name, AbstractHistogram nanos) {
        put(name + "-p50-ms", nanos.getValueAtPercentile(50) / NANOS_PER_MILLI);
        put(name + "-p99-ms", nanos.getValueAtPercentile(99) / NANOS_PER_MILLI);
        put(name + "-p99.9-ms", nanos.getValueAtPercentile(99.9) / NANOS_PER_MILLI);
        put(name + "-max-ms", nanos.getMaxValue() / NANOS_PER_MILLI);
        var copy = new Histogram(3);
        copy.setAutoResize(true);
        copy.add(nanos);
        latencies.put(name, copy);
    }

    /// Adds a point to a curve, `y over x` with both units in the name: `p99-ms over events-per-s`.
    public void point(String curve, double x, double y) {
        curves.computeIfAbsent(curve, _ -> new ArrayList<>()).add(new Point(x, y));
    }

    /// Something was lost or broken: the sample says nothing about speed then.
    public void fault(String what) {
        faults.add(what);
    }

    Map<String, Double> metrics() {
        return Collections.unmodifiableMap(metrics);
    }

    Map<String, Histogram> latencies() {
        return Collections.unmodifiableMap(latencies);
    }

    Map<String, List<Point>> curves() {
        return Collections.unmodifiableMap(curves);
    }

    public List<String> faults() {
        return List.copyOf(faults);
    }
}
