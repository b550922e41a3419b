package dev.carillon.bench.stand;

import java.util.LinkedHashMap;
import java.util.Map;

/// CPU time of a contender's server processes, children included.
///
/// @param byServer seconds, by the names of the processes
public record CpuSeconds(Map<String, Double> byServer) {

    /// What they have used so far.
    public static CpuSeconds of(Contender contender) {
        var used = new LinkedHashMap<String, Double>();
        contender
                .servers()
                .forEach(server -> used.merge(server.name(), server.usage().cpuSeconds(), Double::sum));
        return new CpuSeconds(used);
    }

    /// What was used after `before`.
    public CpuSeconds since(CpuSeconds before) {
        var used = new LinkedHashMap<String, Double>();
        byServer.forEach((name, seconds) -> used.put(name, seconds - before.byServer.getOrDefault(name, 0.0)));
        return new CpuSeconds(used);
    }

    /// All processes together.
    public double sum() {
        return byServer.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
