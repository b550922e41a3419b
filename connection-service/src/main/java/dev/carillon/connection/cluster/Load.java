package dev.carillon.connection.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/// What the process takes of its machine.
///
/// @param cpu per cent of one processor, as a mean since the process started; 0 where that is not known
/// @param rss bytes of memory that it holds; 0 where that is not known
record Load(double cpu, long rss) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    /// Asks the system, which takes some microseconds.
    static Load now() {
        return new Load(processor(), resident());
    }

    private static double processor() {
        var process = ProcessHandle.current().info();
        var used = process.totalCpuDuration().orElse(Duration.ZERO);
        var now = Clock.systemUTC().instant();
        var age = Duration.between(process.startInstant().orElse(now), now);
        return age.isPositive() ? 100.0 * used.toMillis() / Math.max(1, age.toMillis()) : 0;
    }

    private static long resident() {
        try (var lines = Files.lines(STATUS, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(Load::bytes)
                    .findFirst()
                    .orElse(0);
        } catch (IOException _) {
            // Not Linux.
            return 0;
        }
    }

    /// Such as `VmRSS:     12345 kB`.
    static long bytes(String line) {
        var digits = line.substring(RESIDENT.length()).replace("kB", "").strip();
        return Long.parseLong(digits) * 1024;
    }
}
