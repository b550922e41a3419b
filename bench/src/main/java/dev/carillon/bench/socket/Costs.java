package dev.carillon.bench.socket;

import dev.carillon.bench.load.Loop;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.Contender;
import dev.carillon.bench.stand.CpuSeconds;
import java.lang.management.ManagementFactory;

/// What something costs, from one moment on: CPU of each server process, and of the thread that counts.
///
/// @param loopNanos CPU of the loop
/// @param nanos when
record Costs(Contender contender, Loop loop, CpuSeconds before, long loopNanos, long nanos) {

    static Costs from(Contender contender, Loop loop) {
        return new Costs(contender, loop, CpuSeconds.of(contender), cpuNanos(loop), System.nanoTime());
    }

    /// Puts what it was since then: CPU seconds per million of something, in all and for each process if there
    /// are several; and how busy the generator was, where 1 means that it could not have done more.
    void put(Sample sample, String unit, long count) {
        var used = CpuSeconds.of(contender).since(before);
        if (used.byServer().size() > 1) {
            used.byServer().forEach((name, seconds) -> sample.cpu(unit + "-" + name, seconds, count));
        }
        sample.cpu(unit, used.sum(), count);
        sample.put("generator-busy", (cpuNanos(loop) - loopNanos) / (double) (System.nanoTime() - nanos));
    }

    private static long cpuNanos(Loop loop) {
        return ManagementFactory.getThreadMXBean()
                .getThreadCpuTime(loop.thread().threadId());
    }
}
