package dev.carillon.bench.report;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/// Draws outcomes: distributions of latency by percentile, and curves over what was varied.
final class Plots {

    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;
    private static final int TICKS_PER_HALF = 5;
    private static final double LAST_PERCENTILE = 99.99;
    private static final double NANOS_PER_MILLI = 1e6;

    private Plots() {}

    static void write(Outcome outcome, Path folder) throws IOException {
        for (var name : names(outcome, sample -> sample.latencies().keySet())) {
            write(latency(outcome, name), folder, outcome.scenario() + "-" + name);
        }
        for (var name : names(outcome, sample -> sample.curves().keySet())) {
            write(curve(outcome, name), folder, outcome.scenario() + "-" + name.replace(' ', '-'));
        }
    }

    private static SequencedSet<String> names(Outcome outcome, Function<Sample, Iterable<String>> of) {
        var names = new TreeSet<String>();
        outcome.samples().forEach(sample -> of.apply(sample).forEach(names::add));
        return names;
    }

    private static void write(XYChart chart, Path folder, String name) throws IOException {
        VectorGraphicsEncoder.saveVectorGraphic(chart, folder.resolve(name).toString(), VectorGraphicsFormat.SVG);
    }

    private static XYChart chart(String title, String x, String y) {
        var chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setMarkerSize(4).setChartBackgroundColor(Color.WHITE);
        return chart;
    }

    /// Over 1/(1-p), as such plots are usual: each step to the right is ten times rarer.
    private static XYChart latency(Outcome outcome, String name) {
        var chart = chart(outcome.scenario() + ": " + name, "one in so many is slower", "ms");
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        for (var contender : outcome.contenders()) {
            var sum = new Histogram(3);
            sum.setAutoResize(true);
            outcome.of(contender).stream()
                    .map(Sample::latencies)
                    .filter(latencies -> latencies.containsKey(name))
                    .forEach(latencies -> sum.add(latencies.get(name)));
            if (sum.getTotalCount() > 0) {
                addPercentiles(chart, contender, sum);
            }
        }
        return chart;
    }

    private static void addPercentiles(XYChart chart, String contender, Histogram nanos) {
        List<Double> rarity = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        for (var value : nanos.percentiles(TICKS_PER_HALF)) {
            double percentile = value.getPercentileLevelIteratedTo();
            if (percentile <= LAST_PERCENTILE) {
                rarity.add(100 / (100 - percentile));
                millis.add(Math.max(1, value.getValueIteratedTo()) / NANOS_PER_MILLI);
            }
        }
        chart.addSeries(contender, rarity, millis);
    }

    private static XYChart curve(Outcome outcome, String name) {
        var axes = name.split(" over ", 2);
        var chart = chart(outcome.scenario() + ": " + name, axes[axes.length - 1], axes[0]);
        for (var contender : outcome.contenders()) {
            var points = outcome.of(contender).stream()
                    .flatMap(sample -> sample.curves().getOrDefault(name, List.of()).stream())
                    .collect(Collectors.groupingBy(
                            Sample.Point::x, TreeMap::new, Collectors.averagingDouble(Sample.Point::y)));
            if (!points.isEmpty()) {
                chart.addSeries(contender, List.copyOf(points.keySet()), List.copyOf(points.values()));
            }
        }
        return chart;
    }
}
