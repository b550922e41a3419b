package dev.carillon.bench;

/// All workloads, by the names that scenarios call them.
final class Workloads {

    private Workloads() {}

    /// @throws IllegalArgumentException if there is none of that name
    static Workload named(String name) {
        return switch (name) {
            case "start" -> new StartWorkload();
            default -> throw new IllegalArgumentException("there is no workload '" + name + "'");
        };
    }
}
