package dev.carillon.bench.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.CarillonStand;
import dev.carillon.bench.stand.Contender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// From the time that an event is due to be published to the first byte of its request at the receiver, at each
/// rate: through log, fan-out, delivery topic and dispatcher.
///
/// Parameters: `rates` (events a second, a list; the last one counts for `latency-…`), `seconds` of each,
/// `endpoints`, and those of [Stage].
public final class LatencyWorkload implements Workload {

    private static final Duration SILENCE = Duration.ofSeconds(1);

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) {
        if (!(contender instanceof CarillonStand carillon)) {
            throw new IllegalArgumentException("only Carillon has webhooks");
        }
        int endpoints = parameters.path("endpoints").asInt(10);
        var rates = new ArrayList<Integer>();
        parameters.required("rates").forEach(rate -> rates.add(rate.asInt()));
        try (var stage = Stage.open(carillon, parameters, Manners.GOOD, Duration.ZERO)) {
            stage.register(endpoints, _ -> "ok", List.of());
            stage.awaitEndpoints(endpoints);
            stage.warmUp(rates.getLast(), endpoints, parameters);
            for (int rate : rates) {
                var before = Costs.of(carillon);
                long arrived = stage.receiver().arrived();
                var span = stage.publish(
                        rate,
                        endpoints,
                        rate * seconds(parameters, "seconds", 20).toSeconds());
                stage.awaitArrivals(arrived, span.events());
                var costs = Costs.of(carillon).since(before);
                stage.awaitQuiet(SILENCE);
                put(sample, rate, span, stage.receiver().cut());
                costs.put(sample, "at-" + rate + "-", span.events());
            }
        }
    }

    private static void put(Sample sample, int rate, Stage.Span span, Arrivals arrivals) {
        var latencies = Latencies.of(arrivals, span.from(), span.to(), _ -> true);
        sample.latency("at-" + rate, latencies);
        sample.latency("latency", latencies);
        sample.point("p50-ms over events-per-s", rate, latencies.getValueAtPercentile(50) / 1e6);
        sample.point("p99-ms over events-per-s", rate, latencies.getValueAtPercentile(99) / 1e6);
        var account = Account.of(arrivals, span.from(), span.to());
        if (account.lost() > 0 || account.repeated() > 0) {
            sample.fault(rate + "/s: " + account);
        }
    }

    static Duration seconds(JsonNode parameters, String name, int otherwise) {
        return Duration.ofSeconds(parameters.path(name).asLong(otherwise));
    }
}
