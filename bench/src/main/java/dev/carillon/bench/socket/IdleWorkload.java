package dev.carillon.bench.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.load.Swarm;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.CarillonStand;
import dev.carillon.bench.stand.Child;
import dev.carillon.bench.stand.Contender;
import java.util.concurrent.TimeUnit;

/// What connections cost that only listen, at each of `counts`, in the process that holds them. `clients` of
/// them have come and gone before, so that what grows with the first ones is not theirs.
public final class IdleWorkload implements Workload {

    private static final double KIBIBYTE = 1024;
    private static final double SECOND = 1e9;

    /// @param heap 0 where there is none
    private record Memory(double resident, double heap) {}

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) throws InterruptedException {
        var server = holder(contender);
        try (var scene = new Scene(contender, parameters)) {
            var swarm = scene.swarm();
            scene.fill();
            swarm.cut();
            rest(scene);
            boolean isJvm =
                    contender instanceof CarillonStand && !contender.name().endsWith("-native");
            var empty = memory(server, isJvm);
            int there = scene.clients();
            swarm.await(swarm.reopen(scene.arriving()), Scene.PATIENCE);
            for (var count : parameters.required("counts")) {
                grow(swarm, count.asInt() - there, scene);
                there = count.asInt();
                var full = memory(server, isJvm);
                double resident = (full.resident() - empty.resident()) / there / KIBIBYTE;
                sample.put("rss-per-connection-at-" + there + "-kib", resident);
                sample.point("rss-kib-per-connection over connections", there, resident);
                if (isJvm) {
                    sample.put(
                            "heap-per-connection-at-" + there + "-kib",
                            (full.heap() - empty.heap()) / there / KIBIBYTE);
                }
            }
            hold(scene, server, there, sample);
            Tallies.check(sample, swarm.take(), 0);
        }
    }

    private static void grow(Swarm swarm, int more, Scene scene) throws InterruptedException {
        if (more > 0) {
            swarm.await(swarm.open(more, scene.arriving()), Scene.PATIENCE);
        }
        rest(scene);
    }

    /// How much CPU it takes to keep them.
    private static void hold(Scene scene, Child server, int there, Sample sample) throws InterruptedException {
        double before = server.usage().cpuSeconds();
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(scene.number("seconds"));
        double used = server.usage().cpuSeconds() - before;
        sample.put("connection-second-cpu-s-per-million", used / there / ((System.nanoTime() - began) / SECOND) * 1e6);
        if (scene.swarm().listening() != there) {
            sample.fault("only " + scene.swarm().listening() + " of " + there + " are still there");
        }
    }

    private static void rest(Scene scene) throws InterruptedException {
        TimeUnit.SECONDS.sleep(scene.number("rest-s", 3));
    }

    private static Child holder(Contender contender) {
        return contender instanceof CarillonStand carillon
                ? carillon.services("connection").getFirst().child()
                : contender.servers().getFirst();
    }

    /// After a collection, where there is a heap.
    private static Memory memory(Child server, boolean isJvm) {
        double heap = isJvm ? server.liveHeapBytes() : 0;
        return new Memory(server.usage().residentBytes(), heap);
    }
}
