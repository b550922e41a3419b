package dev.carillon.fanout.own;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Shows [Figures] as metrics. Safe for use by many threads.
final class FigureGauges {

    private final MeterRegistry registry;
    private final Supplier<Figures> figures;

    private FigureGauges(MeterRegistry registry, Supplier<Figures> figures) {
        this.registry = registry;
        this.figures = figures;
    }

    static void register(MeterRegistry registry, Supplier<Figures> figures) {
        var gauges = new FigureGauges(registry, figures);
        gauges.show("carillon.fanout.partitions", "partitions", Figures::warm);
        gauges.show("carillon.fanout.partitions.cold", "partitions", Figures::cold);
        gauges.show("carillon.fanout.lag", "events", Figures::lag);
        gauges.show("carillon.fanout.channels", "channels", Figures::channels);
        gauges.show("carillon.fanout.followers", "followers", Figures::followers);
        gauges.show("carillon.fanout.ring", "bytes", Figures::ringBytes);
        gauges.show("carillon.fanout.in.flight", "bytes", Figures::inFlight);
        gauges.show("carillon.fanout.inboxes.shut", "inboxes", Figures::shutInboxes);
    }

    private void show(String name, String unit, ToDoubleFunction<Figures> value) {
        Gauge.builder(name, figures, of -> value.applyAsDouble(of.get()))
                .baseUnit(unit)
                .strongReference(true)
                .register(registry);
    }
}
