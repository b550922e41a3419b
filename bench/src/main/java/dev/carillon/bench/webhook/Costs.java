package dev.carillon.bench.webhook;

import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.Child;
import dev.carillon.bench.stand.Contender;
import dev.carillon.bench.stand.CpuSeconds;
import dev.carillon.bench.stand.Usage;

/// CPU time that servers used, and this process, which receives and publishes.
///
/// @param own seconds of this process
record Costs(CpuSeconds servers, double own) {

    /// What they have used so far.
    static Costs of(Contender contender) {
        return new Costs(CpuSeconds.of(contender), ownSeconds());
    }

    /// What was used since.
    Costs since(Costs before) {
        return new Costs(servers.since(before.servers), own - before.own);
    }

    /// Puts it down as seconds per million of what was done.
    void put(Sample sample, String prefix, long done) {
        servers.byServer().forEach((name, seconds) -> sample.cpu(prefix + name, seconds, done));
        sample.cpu(prefix + "bench", own, done);
    }

    private static double ownSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(time -> time.toNanos() / 1e9)
                .orElse(0.0);
    }

    /// Memory of a kind of service, all of them together.
    static double residentMebibytes(Contender contender, String kind) {
        return contender.servers().stream()
                        .filter(server -> server.name().startsWith(kind))
                        .map(Child::usage)
                        .mapToLong(Usage::residentBytes)
                        .sum()
                / 1048576.0;
    }
}
