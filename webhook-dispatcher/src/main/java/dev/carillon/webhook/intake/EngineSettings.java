package dev.carillon.webhook.intake;

import dev.carillon.webhook.decide.Schedule;
import dev.carillon.webhook.gate.BreakerLimits;
import dev.carillon.webhook.gate.GateLimits;
import java.time.Duration;
import java.util.List;

/// What an engine needs to know.
///
/// @param instance names this replica, the same after a restart; no two running ones share it
/// @param partitions W
/// @param tiers delays of the retry topics
/// @param ledgerMemory how many ledger entries before the needed ones are read at a take-over
public record EngineSettings(
        String instance,
        int partitions,
        List<Duration> tiers,
        Schedule schedule,
        GateLimits limits,
        BreakerLimits breaker,
        long queueBytes,
        Duration sessionTimeout,
        Duration commitInterval,
        Duration transactionTimeout,
        Duration revokePatience,
        Duration attemptDeadline,
        int ledgerMemory) {

    public EngineSettings {
        tiers = List.copyOf(tiers);
    }
}
