package dev.carillon.bench;

import dev.carillon.bench.socket.FanoutWorkload;
import dev.carillon.bench.socket.IdleWorkload;
import dev.carillon.bench.socket.PublishWorkload;
import dev.carillon.bench.socket.RatesWorkload;
import dev.carillon.bench.socket.StormWorkload;
import dev.carillon.bench.webhook.FailoverWorkload;
import dev.carillon.bench.webhook.IsolationWorkload;
import dev.carillon.bench.webhook.LatencyWorkload;
import dev.carillon.bench.webhook.RetryWorkload;
import dev.carillon.bench.webhook.ThroughputWorkload;

/// All workloads, by the names that scenarios call them.
final class Workloads {

    private Workloads() {}

    /// @throws IllegalArgumentException if there is none of that name
    static Workload named(String name) {
        return switch (name) {
            case "start" -> new StartWorkload();
            case "socket-fanout" -> new FanoutWorkload();
            case "socket-rates" -> new RatesWorkload();
            case "socket-idle" -> new IdleWorkload();
            case "socket-storm" -> new StormWorkload();
            case "publish" -> new PublishWorkload();
            case "webhook-throughput" -> new ThroughputWorkload();
            case "webhook-latency" -> new LatencyWorkload();
            case "webhook-isolation" -> new IsolationWorkload();
            case "webhook-retries" -> new RetryWorkload();
            case "webhook-failover" -> new FailoverWorkload();
            default -> throw new IllegalArgumentException("there is no workload '" + name + "'");
        };
    }
}
