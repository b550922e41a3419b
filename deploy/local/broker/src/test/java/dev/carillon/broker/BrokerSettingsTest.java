package dev.carillon.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import kafka.server.KafkaConfig;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {
    private final KafkaConfig config = new KafkaConfig(BrokerSettings.of(9092, 9093, Path.of("/data")), false);

    @Test
    void areAcceptedByKafka() {
        assertThat(config.nodeId()).isEqualTo(BrokerSettings.NODE);
        assertThat(config.getString("log.dirs")).isEqualTo("/data");
    }

    @Test
    void listenOnLoopbackOnly() {
        assertThat(config.getString("listeners")).isEqualTo("BROKER://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093");
        assertThat(config.getString("advertised.listeners")).isEqualTo("BROKER://127.0.0.1:9092");
    }

    @Test
    void makeNoTopicByAccident() {
        assertThat(config.autoCreateTopicsEnable()).isFalse();
    }
}
