package dev.carillon.bench.webhook;

import dev.carillon.bench.stand.CarillonStand.Service;
import java.io.IOException;
import java.util.List;

/// Services that stand still for a while (SIGSTOP) and go on as if no time had passed.
final class Held {

    private Held() {}

    static void stop(List<Service> services) throws IOException, InterruptedException {
        signal("-STOP", services);
    }

    static void go(List<Service> services) throws IOException, InterruptedException {
        signal("-CONT", services);
    }

    private static void signal(String signal, List<Service> services) throws IOException, InterruptedException {
        for (var service : services) {
            var pid = Long.toString(service.child().pid());
            if (new ProcessBuilder("kill", signal, pid).start().waitFor() != 0) {
                throw new IllegalStateException(service.child().name() + " takes no signal");
            }
        }
    }
}
