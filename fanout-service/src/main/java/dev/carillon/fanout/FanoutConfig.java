package dev.carillon.fanout;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What an operator can set about fanout-service.
@ConfigMapping(prefix = "carillon.fanout")
public interface FanoutConfig {

    /// Kafka's protocols for groups.
    enum GroupProtocol {
        /// Members agree among each other; all stop for a moment when one comes or goes.
        CLASSIC,
        /// The broker says who owns what (KIP-848).
        CONSUMER
    }

    /// Names this process among all instances, and stays the same over its restarts: the group knows it again
    /// by this. Without it: the host's name and the HTTP port.
    Optional<String> instance();

    /// How many threads route; each owns its share of the partitions. Without it: one per core.
    OptionalInt workers();

    /// How long an instance may be silent before its partitions move to others.
    @WithDefault("6s")
    Duration sessionTimeout();

    /// How often an instance tells the group that it is there; at most a third of `session-timeout`. As often
    /// it hears that partitions are to move, so channels stand still for about this long when an instance
    /// leaves.
    @WithDefault("500ms")
    Duration heartbeatInterval();

    /// How instances agree on who owns what. With `consumer`, the brokers set the times instead of
    /// `session-timeout` and `heartbeat-interval` (45 s and 5 s by default), and others stay undisturbed when
    /// partitions move.
    @WithDefault("classic")
    GroupProtocol groupProtocol();

    /// How long a worker may be stuck before its partitions move to others.
    @WithDefault("60s")
    Duration stallTimeout();

    /// How many publications per channel are remembered for recovery and history.
    @WithDefault("1000")
    @Min(0)
    @Max(1_000_000)
    int historySize();

    /// How long a publication is remembered for recovery and history.
    @WithDefault("24h")
    Duration historyTtl();

    /// Memory for remembered publications in this instance; beyond it the least recently used channels forget.
    @WithDefault("256M")
    MemorySize ringBudget();

    /// How many channels without followers and without remembered publications a worker keeps the place of.
    @WithDefault("100000")
    @Min(0)
    int idleChannels();

    /// How many records of a partition are read again at most to rebuild memory when it is taken over.
    @WithDefault("200000")
    @Min(0)
    long rebuildRecords();

    /// How many records of a partition are read again at most to know the idempotency keys of the last
    /// `idempotency-window` when it is taken over.
    @WithDefault("500000")
    @Min(0)
    long rebuildKeyRecords();

    /// How many records of the log are read at most to find what one request wants and rings have forgotten.
    @WithDefault("200000")
    @Min(0)
    long scanRecords();

    /// How long such a search may take; then the answer says that it is not complete.
    @WithDefault("10s")
    Duration scanTimeout();

    /// For how long a repeated `Idempotency-Key` on a channel is dropped.
    @WithDefault("5m")
    Duration idempotencyWindow();

    /// The largest event, data and attributes together, that is routed; larger ones are dead-lettered. Must
    /// stay well below the limit for a record (`max.message.bytes`) of inboxes and deliveries: 2 MiB where
    /// Carillon made the topics.
    @WithDefault("1536K")
    MemorySize maxEventSize();

    /// Bytes on their way to Kafka per worker above which it stops to read on.
    @WithDefault("16M")
    MemorySize inFlight();

    /// Bytes on their way to one node per worker above which it stops to read on.
    @WithDefault("4M")
    MemorySize inboxInFlight();

    /// How long something may be on its way to a node. Beyond, what follows for that node is dropped instead of
    /// holding up others, until its inbox takes something again; then the node finds out and asks for it.
    @WithDefault("2s")
    Duration inboxPatience();

    /// How often nodes are told how far the channels that moved are.
    @WithDefault("2s")
    Duration topsInterval();

    /// How long a node may be silent before nothing is sent to it any more; after three times as long its
    /// follows are ended and its inbox is deleted.
    @WithDefault("10s")
    Duration nodeLease();

    /// How many members of a channel are listed; when there are more, they are only counted.
    @WithDefault("10000")
    @Min(0)
    @Max(1_000_000)
    int maxMembers();

    /// How long after somebody left a channel it may come back before others are told that it left.
    @WithDefault("3s")
    Duration leaveDelay();

    /// The namespaces whose channels' lives are published on `carillon:<channel>`: occupied and vacated,
    /// members joined and left. `*` stands for all, and for channels without a namespace. Without it: none.
    Optional<List<String>> lifecycleEvents();

    /// How often progress is committed.
    @WithDefault("200ms")
    Duration commitInterval();

    /// Topics of others whose records become events, by a name that is kept: the group's name ends in it.
    Map<String, SourceConfig> sources();
}
