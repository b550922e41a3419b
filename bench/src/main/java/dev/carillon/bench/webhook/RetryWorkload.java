package dev.carillon.bench.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.CarillonStand;
import dev.carillon.bench.stand.Contender;
import java.time.Duration;
import java.util.ArrayList;

/// How late retries are: some events are refused at first, and each retry is compared with the time at which
/// the ledger says that it falls due, jitter included.
///
/// Parameters: `rate` (events a second), `seconds`, `endpoints`, `schedule-s` (seconds, a list),
/// `refused-every` (so manyth event) `refusals` times.
public final class RetryWorkload implements Workload {

    /// What the dispatcher adds to delays, at most.
    private static final double JITTER = 1.2;

    private static final Duration SILENCE = Duration.ofSeconds(3);

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) throws InterruptedException {
        if (!(contender instanceof CarillonStand carillon)) {
            throw new IllegalArgumentException("only Carillon has webhooks");
        }
        int endpoints = parameters.path("endpoints").asInt(11);
        int rate = parameters.path("rate").asInt(200);
        var schedule = new ArrayList<Duration>();
        parameters.required("schedule-s").forEach(step -> schedule.add(Duration.ofSeconds(step.asLong())));
        var longest = schedule.stream().max(Duration::compareTo).orElseThrow().toMillis() * JITTER;
        var silence = SILENCE.plusMillis((long) longest);
        var manners = new Manners(
                Duration.ZERO,
                parameters.path("refused-every").asInt(10),
                parameters.path("refusals").asInt(3));
        try (var stage = Stage.open(carillon, parameters, manners, Duration.ZERO)) {
            stage.register(endpoints, _ -> "fail", schedule);
            stage.awaitEndpoints(endpoints);
            stage.awaitQuiet(silence);
            stage.receiver().cut();
            var span = stage.publish(
                    rate,
                    endpoints,
                    rate * LatencyWorkload.seconds(parameters, "seconds", 30).toSeconds());
            stage.awaitQuiet(silence);
            put(sample, span, stage.receiver().cut(), carillon);
        }
    }

    private static void put(Sample sample, Stage.Span span, Arrivals arrivals, CarillonStand carillon) {
        var result = Lateness.of(arrivals, Ledgers.due(carillon.bootstrapServers()));
        sample.latency("lateness", result.late());
        sample.put("retries", (double) result.late().getTotalCount());
        var account = Account.of(arrivals, span.from(), span.to());
        if (result.early() > 0 || result.unmatched() > 0 || account.lost() > 0) {
            sample.fault("%d early, %d unknown, %s".formatted(result.early(), result.unmatched(), account));
        }
    }
}
