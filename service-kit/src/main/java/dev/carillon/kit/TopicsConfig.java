package dev.carillon.kit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/// The topics that the services share, the same in all of them.
@ConfigMapping(prefix = "carillon.topics")
public interface TopicsConfig {

    /// Whether missing topics are created at start; otherwise the service stays not ready and says what is
    /// missing.
    @WithDefault("false")
    boolean create();

    /// Partitions of the log: P. Changing it later moves channels, so choose once.
    @WithDefault("6")
    @Min(1)
    @Max(10_000)
    int logPartitions();

    /// Partitions of the delivery topics: W. Changing it later moves endpoints, so choose once.
    @WithDefault("6")
    @Min(1)
    @Max(10_000)
    int webhookPartitions();

    /// Copies of each partition that a created topic has; -1 leaves it to the broker.
    @WithDefault("-1")
    @Min(-1)
    short replication();

    /// How long to wait between two looks for Kafka, or for missing topics.
    @WithDefault("1s")
    Duration retry();
}
