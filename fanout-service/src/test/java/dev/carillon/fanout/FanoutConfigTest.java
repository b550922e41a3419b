package dev.carillon.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FanoutConfigTest {

    private static final long KIB = 1024;

    @Test
    void defaultsArePinned() {
        // When
        var config = Configs.with(Map.of());

        // Then
        assertThat(config.instance()).isEmpty();
        assertThat(config.workers()).isEmpty();
        assertThat(config.sessionTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.heartbeatInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.stallTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.historySize()).isEqualTo(1000);
        assertThat(config.historyTtl()).isEqualTo(Duration.ofHours(24));
        assertThat(config.ringBudget().asLongValue()).isEqualTo(256 * KIB * KIB);
        assertThat(config.idleChannels()).isEqualTo(100_000);
        assertThat(config.rebuildRecords()).isEqualTo(200_000);
        assertThat(config.rebuildKeyRecords()).isEqualTo(500_000);
        assertThat(config.scanRecords()).isEqualTo(200_000);
        assertThat(config.scanTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.idempotencyWindow()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.maxEventSize().asLongValue()).isEqualTo(1536 * KIB);
        assertThat(config.inFlight().asLongValue()).isEqualTo(16 * KIB * KIB);
        assertThat(config.inboxInFlight().asLongValue()).isEqualTo(4 * KIB * KIB);
        assertThat(config.inboxPatience()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.groupProtocol()).isEqualTo(FanoutConfig.GroupProtocol.CLASSIC);
        assertThat(config.topsInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.nodeLease()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(200));
        assertThat(config.maxMembers()).isEqualTo(10_000);
        assertThat(config.leaveDelay()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.lifecycleEvents()).isEmpty();
        assertThat(config.sources()).isEmpty();
    }

    @Test
    void sourcesMayStandInTheEnvironment() {
        // When
        var sources = Configs.fromEnvironment(Map.of(
                        "CARILLON_FANOUT_SOURCES_SHOP_TOPICS", "shop.orders",
                        "CARILLON_FANOUT_SOURCES_SHOP_CHANNEL", "pointer:/order/id",
                        "CARILLON_FANOUT_SOURCES_SHOP_CHANNEL_PREFIX", "orders:"))
                .sources();

        // Then
        assertThat(sources).containsOnlyKeys("shop");
        var shop = Objects.requireNonNull(sources.get("shop"));
        assertThat(shop.topics()).contains(List.of("shop.orders"));
        assertThat(shop.channel()).isEqualTo("pointer:/order/id");
        assertThat(shop.channelPrefix()).contains("orders:");
    }

    @Test
    void sourcesArePinned() {
        // When
        var sources = Configs.with(Map.ofEntries(
                        Map.entry("carillon.fanout.sources.plain.topics", "a"),
                        Map.entry("carillon.fanout.sources.full.topics", "b,c"),
                        Map.entry("carillon.fanout.sources.full.pattern", "d.*"),
                        Map.entry("carillon.fanout.sources.full.channel", "header:h"),
                        Map.entry("carillon.fanout.sources.full.channel-prefix", "p:"),
                        Map.entry("carillon.fanout.sources.full.type", "constant:t"),
                        Map.entry("carillon.fanout.sources.full.data", "/d"),
                        Map.entry("carillon.fanout.sources.full.start", "earliest")))
                .sources();

        // Then
        assertThat(sources).containsOnlyKeys("plain", "full");
        var plain = Objects.requireNonNull(sources.get("plain"));
        assertThat(plain.topics()).contains(List.of("a"));
        assertThat(plain.pattern()).isEmpty();
        assertThat(plain.channel()).isEqualTo("key");
        assertThat(plain.channelPrefix()).isEmpty();
        assertThat(plain.type()).isEqualTo("header:ce_type");
        assertThat(plain.data()).isEmpty();
        assertThat(plain.start()).isEqualTo(SourceConfig.Start.LATEST);
        var full = Objects.requireNonNull(sources.get("full"));
        assertThat(full.topics()).contains(List.of("b", "c"));
        assertThat(full.pattern()).contains("d.*");
        assertThat(full.channel()).isEqualTo("header:h");
        assertThat(full.channelPrefix()).contains("p:");
        assertThat(full.type()).isEqualTo("constant:t");
        assertThat(full.data()).contains("/d");
        assertThat(full.start()).isEqualTo(SourceConfig.Start.EARLIEST);
    }

    @Test
    void namesArePinned() {
        // When
        var config = Configs.with(Map.ofEntries(
                Map.entry("carillon.fanout.instance", "a"),
                Map.entry("carillon.fanout.workers", "3"),
                Map.entry("carillon.fanout.session-timeout", "1s"),
                Map.entry("carillon.fanout.heartbeat-interval", "2s"),
                Map.entry("carillon.fanout.stall-timeout", "3s"),
                Map.entry("carillon.fanout.history-size", "4"),
                Map.entry("carillon.fanout.history-ttl", "5s"),
                Map.entry("carillon.fanout.ring-budget", "6"),
                Map.entry("carillon.fanout.idle-channels", "7"),
                Map.entry("carillon.fanout.rebuild-records", "8"),
                Map.entry("carillon.fanout.rebuild-key-records", "19"),
                Map.entry("carillon.fanout.idempotency-window", "9s"),
                Map.entry("carillon.fanout.max-event-size", "10"),
                Map.entry("carillon.fanout.in-flight", "11"),
                Map.entry("carillon.fanout.inbox-in-flight", "19"),
                Map.entry("carillon.fanout.inbox-patience", "20s"),
                Map.entry("carillon.fanout.group-protocol", "consumer"),
                Map.entry("carillon.fanout.tops-interval", "12s"),
                Map.entry("carillon.fanout.node-lease", "13s"),
                Map.entry("carillon.fanout.commit-interval", "14s"),
                Map.entry("carillon.fanout.scan-records", "15"),
                Map.entry("carillon.fanout.scan-timeout", "16s"),
                Map.entry("carillon.fanout.max-members", "17"),
                Map.entry("carillon.fanout.leave-delay", "18s"),
                Map.entry("carillon.fanout.lifecycle-events", "a,b")));

        // Then
        assertThat(config.rebuildKeyRecords()).isEqualTo(19);
        assertThat(config.scanRecords()).isEqualTo(15);
        assertThat(config.scanTimeout()).isEqualTo(Duration.ofSeconds(16));
        assertThat(config.instance()).contains("a");
        assertThat(config.workers()).hasValue(3);
        assertThat(config.sessionTimeout()).hasSeconds(1);
        assertThat(config.heartbeatInterval()).hasSeconds(2);
        assertThat(config.stallTimeout()).hasSeconds(3);
        assertThat(config.historySize()).isEqualTo(4);
        assertThat(config.historyTtl()).hasSeconds(5);
        assertThat(config.ringBudget().asLongValue()).isEqualTo(6);
        assertThat(config.idleChannels()).isEqualTo(7);
        assertThat(config.rebuildRecords()).isEqualTo(8);
        assertThat(config.idempotencyWindow()).hasSeconds(9);
        assertThat(config.maxEventSize().asLongValue()).isEqualTo(10);
        assertThat(config.inFlight().asLongValue()).isEqualTo(11);
        assertThat(config.inboxInFlight().asLongValue()).isEqualTo(19);
        assertThat(config.inboxPatience()).hasSeconds(20);
        assertThat(config.groupProtocol()).isEqualTo(FanoutConfig.GroupProtocol.CONSUMER);
        assertThat(config.topsInterval()).hasSeconds(12);
        assertThat(config.nodeLease()).hasSeconds(13);
        assertThat(config.commitInterval()).hasSeconds(14);
        assertThat(config.maxMembers()).isEqualTo(17);
        assertThat(config.leaveDelay()).hasSeconds(18);
        assertThat(config.lifecycleEvents()).contains(List.of("a", "b"));
    }
}
