package dev.carillon.bench.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a process and its children have used so far, as Linux counts it (proc(5)).
///
/// @param cpuSeconds user and system time, of children that have ended too
/// @param residentBytes memory now; what processes share is divided among them
public record Usage(double cpuSeconds, long residentBytes) {

    /// USER_HZ: what all of Linux's ports that run a JVM have.
    private static final double TICKS_PER_SECOND = 100;

    /// utime, stime, cutime and cstime, counted from behind the process's name.
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;

    static Usage of(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(one -> of(Path.of("/proc", Long.toString(one.pid()))))
                .reduce(new Usage(0, 0), Usage::plus);
    }

    private static Usage of(Path process) {
        try {
            return new Usage(
                    ticks(Files.readString(process.resolve("stat"))) / TICKS_PER_SECOND,
                    proportionalBytes(Files.readString(process.resolve("smaps_rollup"))));
        } catch (IOException _) {
            // It has ended meanwhile.
            return new Usage(0, 0);
        }
    }

    static long ticks(String stat) {
        // The name may hold anything, blanks and brackets too.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long sum = 0;
        for (int field = FIRST_TIME; field < FIRST_TIME + TIMES; field++) {
            sum += Long.parseLong(fields[field]);
        }
        return sum;
    }

    static long proportionalBytes(String smaps) {
        return smaps.lines()
                .filter(line -> line.startsWith("Pss:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .map(kibibytes -> kibibytes << 10)
                .sum();
    }

    public Usage plus(Usage other) {
        return new Usage(cpuSeconds + other.cpuSeconds, residentBytes + other.residentBytes);
    }

    /// What was used since; memory is what there is more of.
    public Usage since(Usage before) {
        return new Usage(cpuSeconds - before.cpuSeconds, residentBytes - before.residentBytes);
    }
}
