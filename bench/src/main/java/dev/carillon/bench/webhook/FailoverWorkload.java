package dev.carillon.bench.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.CarillonStand;
import dev.carillon.bench.stand.Contender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// What receivers notice when one of the dispatchers is killed (SIGKILL) under load: how long until every
/// endpoint gets again what is published after the kill.
///
/// Parameters: `rate` (events a second), `endpoints`, `seconds` before the kill, `patience-s` after it.
public final class FailoverWorkload implements Workload {

    private static final Duration SILENCE = Duration.ofSeconds(3);

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) {
        if (!(contender instanceof CarillonStand carillon)) {
            throw new IllegalArgumentException("only Carillon has webhooks");
        }
        int endpoints = parameters.path("endpoints").asInt(60);
        int rate = parameters.path("rate").asInt(500);
        long seconds = LatencyWorkload.seconds(parameters, "seconds", 5).toNanos();
        long patience = LatencyWorkload.seconds(parameters, "patience-s", 30).toNanos();
        var victim = carillon.services("webhook").getLast().child();
        try (var stage = Stage.open(carillon, parameters, Manners.GOOD, Duration.ZERO)) {
            stage.register(endpoints, _ -> "ok", List.of());
            stage.awaitEndpoints(endpoints);
            stage.warmUp(rate, endpoints, parameters);
            long begunAt = System.nanoTime();
            var killedAt = new AtomicLong();
            var span = stage.publish(rate, endpoints, () -> {
                long now = System.nanoTime();
                if (killedAt.get() == 0 && now - begunAt > seconds) {
                    killedAt.set(now);
                    victim.kill();
                }
                return now - begunAt < seconds + patience;
            });
            stage.awaitQuiet(SILENCE);
            put(sample, span, stage.receiver().cut(), endpoints, killedAt.get());
        }
    }

    private static void put(Sample sample, Stage.Span span, Arrivals arrivals, int endpoints, long killedAt) {
        var failover = Failover.of(arrivals, endpoints, killedAt);
        var account = Account.of(arrivals, span.from(), span.to());
        sample.put("failover-s", failover.movedMillis() / 1e3);
        sample.put("half-back-s", failover.survivorMillis() / 1e3);
        sample.put("silence-s", failover.silentMillis() / 1e3);
        sample.put("repeated", (double) account.repeated());
        if (failover.silent() > 0 || account.lost() > 0) {
            sample.fault(failover.silent() + " endpoints are not back, " + account);
        }
    }
}
