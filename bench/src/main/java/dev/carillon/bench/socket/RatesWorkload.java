package dev.carillon.bench.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.load.Loop;
import dev.carillon.bench.load.Pace;
import dev.carillon.bench.load.Publisher;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.Contender;

/// From publishing to receiving, at each of `rates` (publications per second in all channels). A rate that a
/// contender does not keep up with ends it: what comes after says nothing.
public final class RatesWorkload implements Workload {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double ENOUGH = 0.99;

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) throws InterruptedException {
        try (var scene = new Scene(contender, parameters);
                var schedule = new Loop("publisher");
                var publisher = scene.publisher(schedule)) {
            scene.fill();
            // As fast as it goes: at the lowest rate, compilers would still be at work when the highest is measured.
            var warm = Scene.await(publisher.run(new Pace.FlatOut(), scene.seconds("warm-up-s")));
            scene.awaitDeliveries(warm.acknowledged() * scene.clientsPerChannel());
            double best = 0;
            for (var rate : parameters.required("rates")) {
                if (!measure(scene, publisher, rate.asInt(), sample)) {
                    break;
                }
                best = rate.asDouble();
            }
            sample.put("rate-per-s", best);
        }
    }

    private static boolean measure(Scene scene, Publisher publisher, int rate, Sample sample)
            throws InterruptedException {
        var swarm = scene.swarm();
        swarm.take();
        var costs = scene.costs();
        long before = swarm.deliveries();
        var published = Scene.await(publisher.run(new Pace.Rate(rate), scene.seconds("seconds")));
        long expected = published.acknowledged() * scene.clientsPerChannel();
        scene.awaitDeliveries(before + expected);
        var tally = swarm.take();
        Scene.check(sample, published);
        Tallies.check(sample, tally, expected);
        sample.latency("at-" + rate, tally.latency());
        sample.latency("ack-at-" + rate, published.latency());
        sample.point("p50-ms over events-per-s", rate, tally.latency().getValueAtPercentile(50) / NANOS_PER_MILLI);
        sample.point("p99-ms over events-per-s", rate, tally.latency().getValueAtPercentile(99) / NANOS_PER_MILLI);
        costs.put(sample, "delivery-at-" + rate, tally.deliveries());
        return published.acknowledged() >= ENOUGH * (published.acknowledged() + published.unsent());
    }
}
