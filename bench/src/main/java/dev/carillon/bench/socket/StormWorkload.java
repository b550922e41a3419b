package dev.carillon.bench.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.load.Loop;
import dev.carillon.bench.load.Pace;
import dev.carillon.bench.load.Publisher;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.Contender;
import java.util.concurrent.TimeUnit;

/// Everybody comes at once: `storms` times all clients lose their connection at the same moment and come back
/// as fast as they can. Those who recover have missed `missed` publications to each channel then. The first
/// storm is not counted.
public final class StormWorkload implements Workload {

    private static final double SECOND = 1e9;

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) throws InterruptedException {
        try (var scene = new Scene(contender, parameters);
                var other = new Loop("publisher");
                var publisher = scene.publisher(other)) {
            scene.fill();
            storm(scene, publisher, sample);
            var costs = scene.costs();
            long nanos = 0;
            int storms = scene.number("storms", 1);
            for (int storm = 0; storm < storms; storm++) {
                nanos += storm(scene, publisher, sample);
            }
            long comings = (long) storms * scene.clients();
            sample.put("connects-per-s", comings / (nanos / SECOND));
            sample.put("storm-s", nanos / SECOND / storms);
            costs.put(sample, "connect", comings);
        }
    }

    /// @return the nanoseconds until everybody was back, with what was missed
    private static long storm(Scene scene, Publisher publisher, Sample sample) throws InterruptedException {
        var swarm = scene.swarm();
        swarm.cut();
        TimeUnit.SECONDS.sleep(scene.number("rest-s", 3));
        swarm.take();
        long missed = publish(scene, publisher, sample) * scene.clientsPerChannel();
        long nanos = swarm.await(swarm.reopen(scene.arriving()), Scene.PATIENCE);
        var tally = swarm.take();
        sample.latency("join", tally.joining());
        sample.put(
                "refused-per-million",
                tally.ends().values().stream().mapToInt(Integer::intValue).sum() * 1e6 / scene.clients());
        Tallies.checkStorm(sample, tally, missed);
        return nanos;
    }

    private static long publish(Scene scene, Publisher publisher, Sample sample) throws InterruptedException {
        int missed = scene.manner().recovers() ? scene.number("missed", 0) : 0;
        if (missed == 0) {
            return 0;
        }
        var requests = (long) missed * scene.channels().size() / scene.batch();
        var published = Scene.await(publisher.run(new Pace.FlatOut(), requests));
        Scene.check(sample, published);
        return published.acknowledged();
    }
}
