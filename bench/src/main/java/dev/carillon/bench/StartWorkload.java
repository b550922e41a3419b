package dev.carillon.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.CarillonStand;
import dev.carillon.bench.stand.Contender;
import java.util.concurrent.TimeUnit;

/// What services cost before anybody comes: memory after a pause, CPU up to readiness.
final class StartWorkload implements Workload {

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(parameters.path("pause-ms").asLong(1_000));
        if (contender instanceof CarillonStand carillon) {
            for (var kind : new String[] {"fanout", "connection", "webhook"}) {
                for (var service : carillon.services(kind)) {
                    var usage = service.child().usage();
                    sample.put(service.child().name() + "-rss-mib", usage.residentBytes() / 1048576.0);
                    sample.put(service.child().name() + "-cpu-s", usage.cpuSeconds());
                    sample.put(
                            service.child().name() + "-ready-s", service.child().readySeconds());
                }
            }
        } else {
            sample.put("rss-mib", contender.usage().residentBytes() / 1048576.0);
        }
    }
}
