package dev.carillon.bench.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.load.Loop;
import dev.carillon.bench.load.Pace;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.Contender;

/// How many publications are acknowledged that nobody listens to.
public final class PublishWorkload implements Workload {

    private static final double SECOND = 1e9;

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) throws InterruptedException {
        try (var scene = new Scene(contender, parameters);
                var loop = new Loop("publisher");
                var publisher = scene.publisher(loop)) {
            Scene.await(publisher.run(new Pace.FlatOut(), scene.seconds("warm-up-s")));
            var costs = Costs.from(contender, loop);
            var published = Scene.await(publisher.run(new Pace.FlatOut(), scene.seconds("seconds")));
            sample.put("published-per-s", published.acknowledged() / (published.nanos() / SECOND));
            costs.put(sample, "publication", published.acknowledged());
            sample.latency("ack", published.latency());
            Scene.check(sample, published);
        }
    }
}
