package dev.carillon.webhook.intake;

import dev.carillon.webhook.attempt.Answer;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.delivery.AttemptEntry.Result;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.gate.Gate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// What the dispatcher counts. Safe for use by many threads.
final class Meters {

    private final MeterRegistry registry;
    private final Timer commits;
    private volatile @Nullable Gate gate;

    Meters(MeterRegistry registry) {
        this.registry = registry;
        this.commits = registry.timer("carillon.webhook.commits");
        Gauge.builder("carillon.webhook.in.flight", this, meters -> meters.look(Gate::inFlight))
                .strongReference(true)
                .register(registry);
        Gauge.builder("carillon.webhook.queued", this, meters -> meters.look(Gate::queued))
                .strongReference(true)
                .register(registry);
    }

    /// From now on the gauges look at this gate.
    void watch(Gate watched) {
        gate = watched;
    }

    void attempted(Answer answer) {
        var outcome =
                switch (answer.outcome()) {
                    case Outcome.Accepted _ -> "accepted";
                    case Outcome.Refused _ -> "refused";
                    case Outcome.Unreachable unreachable -> unreachable.fault().text();
                    case Outcome.Deleted _ -> "deleted";
                    case Outcome.Withdrawn _ -> "withdrawn";
                    case Outcome.Disabled _ -> "disabled";
                    case Outcome.Unverified _ -> "unverified";
                };
        var statusClass = answer.status() == 0 ? "none" : answer.status() / 100 + "xx";
        registry.counter("carillon.webhook.attempts", "outcome", outcome, "status.class", statusClass)
                .increment();
    }

    void decided(Lane lane, Result result) {
        count(lane, result.name().toLowerCase(Locale.ROOT));
    }

    void repeated() {
        count(Lane.FRESH, "repeated");
    }

    /// Deliveries of an endpoint, at least one, fell off retention.
    void expired() {
        count(Lane.FRESH, "expired");
    }

    void committed(Duration took) {
        commits.record(took);
    }

    private double look(ToIntFunction<Gate> what) {
        var watched = gate;
        return watched == null ? 0 : what.applyAsInt(watched);
    }

    private void count(Lane lane, String outcome) {
        registry.counter("carillon.deliveries", "lane", lane.text(), "outcome", outcome)
                .increment();
    }
}
