package dev.carillon.bench.growth;

/// A machine to buy.
///
/// @param cores of the kind that the costs were measured on
/// @param memoryBytes for the service
/// @param networkBytesPerSecond each way
/// @param usable how much of all that may be planned with, from 0 to 1: the rest is for bursts and for a neighbour's
///     death
public record Machine(int cores, double memoryBytes, double networkBytesPerSecond, double usable) {

    double cpuMicrosPerSecond() {
        return cores * 1e6 * usable;
    }

    double memory() {
        return memoryBytes * usable;
    }

    double network() {
        return networkBytesPerSecond * usable;
    }
}
