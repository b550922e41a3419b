package dev.carillon.fanout.source;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/// What is counted of one source. Its name is a tag: there are as many as an operator writes down. Safe for use
/// by many threads.
final class SourceMeters {

    private static final String RECORDS = "carillon.fanout.source.records";
    private static final String LAG = "carillon.fanout.source.lag";
    private static final String SOURCE = "source";
    private static final String OUTCOME = "outcome";

    /// Records that are in the log as events.
    final Counter mapped;

    /// Records that retention deleted before they were read, as far as offsets tell.
    final Counter missed;

    private final Map<Fault, Counter> dead = new EnumMap<>(Fault.class);

    SourceMeters(MeterRegistry registry, String source, Supplier<Number> lag) {
        this.mapped = registry.counter(RECORDS, SOURCE, source, OUTCOME, "mapped");
        this.missed = registry.counter(RECORDS, SOURCE, source, OUTCOME, "missed");
        for (var fault : Fault.values()) {
            dead.put(fault, registry.counter(RECORDS, SOURCE, source, OUTCOME, fault.tag()));
        }
        // Of one that was there before it nobody reads the source any more.
        registry.find(LAG).tag(SOURCE, source).gauges().forEach(registry::remove);
        Gauge.builder(LAG, lag).tag(SOURCE, source).register(registry);
    }

    /// Records that were dead-lettered, by reason.
    void dead(Fault fault) {
        var counter = dead.get(fault);
        if (counter != null) {
            counter.increment();
        }
    }

    long deadLettered() {
        return dead.values().stream()
                .mapToLong(counter -> (long) counter.count())
                .sum();
    }
}
