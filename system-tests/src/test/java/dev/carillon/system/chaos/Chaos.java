package dev.carillon.system.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The checker by hand: `system-tests/chaos` starts this.
public final class Chaos {

    private static final int USAGE = 2;

    private Chaos() {}

    /// `[--kills N] [--minutes M] [--seed S]`; ends with 0 when every promise was kept, else with 1.
    public static void main(String[] arguments) throws Exception {
        var options = options(List.of(arguments), 20);
        int status = 1;
        try (var run = new ChaosRun(options, folder(), Chaos::say)) {
            var report = run.run();
            report.lines().forEach(System.out::println);
            status = report.isClean() ? 0 : 1;
        }
        System.exit(status);
    }

    /// What happens, for whoever watches.
    static void say(String line) {
        System.out.println(line);
    }

    /// Where logs and data go; those of the run before are forgotten.
    static Path folder() throws IOException {
        return folder("chaos");
    }

    static Path folder(String name) throws IOException {
        var folder = Path.of("target", name).toAbsolutePath();
        Cluster.delete(folder);
        return Files.createDirectories(folder);
    }

    /// @param kills unless the arguments say otherwise
    static ChaosRun.Options options(List<String> arguments, int kills) {
        long seed = System.nanoTime();
        var time = Duration.ZERO;
        for (int i = 0; i + 1 < arguments.size(); i += 2) {
            var value = arguments.get(i + 1);
            switch (arguments.get(i)) {
                case "--kills" -> kills = Integer.parseInt(value);
                case "--minutes" -> time = Duration.ofMinutes(Long.parseLong(value));
                case "--seed" -> seed = Long.parseLong(value);
                default -> {
                    System.err.println("chaos: unknown option " + arguments.get(i));
                    System.exit(USAGE);
                }
            }
        }
        return new ChaosRun.Options(seed, kills, time);
    }
}
