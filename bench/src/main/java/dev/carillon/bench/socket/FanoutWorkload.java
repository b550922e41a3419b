package dev.carillon.bench.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.load.Pace;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.Contender;

/// How fast publications reach many clients: the next one is sent as soon as all but `window` of those before
/// have reached everybody. With a wide window and many publishers it tells what it is worth to put several
/// publications into one frame.
public final class FanoutWorkload implements Workload {

    private static final double SECOND = 1e9;

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) throws InterruptedException {
        try (var scene = new Scene(contender, parameters);
                var publisher = scene.publisher(scene.loop())) {
            scene.fill();
            var swarm = scene.swarm();
            var pace = new Pace.Window(scene.number("window", 1), swarm::deliveries, scene.clientsPerChannel());
            Scene.await(publisher.run(pace, scene.seconds("warm-up-s")));
            swarm.take();
            var costs = scene.costs();
            var published = Scene.await(publisher.run(pace, scene.seconds("seconds")));
            var tally = swarm.take();
            double seconds = published.nanos() / SECOND;
            sample.put("deliveries-per-s", tally.deliveries() / seconds);
            costs.put(sample, "delivery", tally.deliveries());
            sample.put("events-per-s", published.acknowledged() / seconds);
            sample.put("deliveries-per-message", (double) tally.deliveries() / tally.messages());
            sample.latency("delivery", tally.latency());
            sample.latency("last-delivery", published.complete());
            Scene.check(sample, published);
            Tallies.check(sample, tally, published.acknowledged() * scene.clientsPerChannel());
        }
    }
}
