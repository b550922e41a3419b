package dev.carillon.system.chaos;

import java.util.List;

/// The checker of webhooks by hand: `system-tests/webhook-chaos` starts this.
public final class WebhookChaos {

    private static final int KILLS = 30;

    private WebhookChaos() {}

    /// `[--kills N] [--minutes M] [--seed S]`; ends with 0 when every promise was kept, else with 1.
    public static void main(String[] arguments) throws Exception {
        var options = Chaos.options(List.of(arguments), KILLS);
        int status = 1;
        try (var run = new WebhookChaosRun(options, Chaos.folder("webhook-chaos"), Chaos::say)) {
            var report = run.run();
            report.lines().forEach(System.out::println);
            status = report.isClean() ? 0 : 1;
        }
        System.exit(status);
    }
}
