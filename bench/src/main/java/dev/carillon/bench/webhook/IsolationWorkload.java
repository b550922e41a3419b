package dev.carillon.bench.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.CarillonStand;
import dev.carillon.bench.stand.Contender;
import java.time.Duration;
import java.util.List;

/// What healthy endpoints notice of black holes beside them: latency of the healthy without holes, then with
/// holes that get as many events each, and without again once events for the holes have ended. A hole takes
/// connections and requests, and never answers. What is kept is the mean of both parts without holes to the one
/// with them.
///
/// Parameters: `healthy`, `holes`, `rate-each` (events a second and endpoint), `seconds` of each part,
/// `warm-up-s`.
public final class IsolationWorkload implements Workload {

    private static final Duration SILENCE = Duration.ofMillis(500);

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) {
        if (!(contender instanceof CarillonStand carillon)) {
            throw new IllegalArgumentException("only Carillon has webhooks");
        }
        int healthy = parameters.path("healthy").asInt(20);
        int all = healthy + parameters.path("holes").asInt(180);
        int rateEach = parameters.path("rate-each").asInt(5);
        var seconds = LatencyWorkload.seconds(parameters, "seconds", 30);
        try (var stage = Stage.open(carillon, parameters, Manners.GOOD, Duration.ZERO)) {
            stage.register(healthy, _ -> "ok", List.of());
            stage.awaitEndpoints(healthy);
            // As much load as there will be with holes, so that both parts find the same code compiled.
            stage.warmUp(rateEach * all, healthy, parameters);
            double alone = part(stage, healthy, healthy, rateEach, seconds, "alone", sample);
            sample.put("alone-rss-mib", Costs.residentMebibytes(carillon, "webhook"));
            stage.register(all - healthy, _ -> "hole", List.of());
            double beside = part(stage, healthy, all, rateEach, seconds, "beside-holes", sample);
            sample.put("beside-holes-rss-mib", Costs.residentMebibytes(carillon, "webhook"));
            double afterwards = part(stage, healthy, healthy, rateEach, seconds, "afterwards", sample);
            sample.put("p99-kept", beside == 0 ? 0 : (alone + afterwards) / 2 / beside);
        }
    }

    /// @return the 99th percentile of the healthy
    private static double part(
            Stage stage, int healthy, int endpoints, int rateEach, Duration time, String name, Sample sample) {
        int rate = rateEach * endpoints;
        var span = stage.publish(rate, endpoints, rate * time.toSeconds());
        stage.awaitQuiet(SILENCE);
        var latencies = Latencies.of(stage.receiver().cut(), span.from(), span.to(), each -> each < healthy);
        sample.latency(name, latencies);
        if (latencies.getTotalCount() < span.events() * healthy / endpoints) {
            sample.fault(name + ": only " + latencies.getTotalCount() + " came to the healthy");
        }
        return latencies.getValueAtPercentile(99);
    }
}
