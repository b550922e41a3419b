package dev.carillon.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Topics;
import dev.carillon.testkit.InVmKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TopicSetupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void createsWhatIsMissingAndKnowsTheLog() throws Exception {
        try (var kafka = InVmKafka.start()) {
            var first = setup(kafka.bootstrapServers(), true, 3).await(Topics.log(3));
            var second = setup(kafka.bootstrapServers(), true, 3).await(Topics.log(3));

            var log = first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            assertThat(log.partitions()).isEqualTo(3);
            assertThat(second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(log);
            assertThat(kafka.probe().topics()).contains(Topics.EVENT_PUBLISHED, Topics.INTEREST_STATE);
        }
    }

    @Test
    void saysWhatIsMissingOrWrongUntilSomebodyMendsIt() {
        try (var kafka = InVmKafka.start()) {
            var setup = setup(kafka.bootstrapServers(), false, 3);
            var wanted = List.of(new Topics.Spec("mine", 3, new Topics.Cleanup.Compact()));

            var ready = setup.await(wanted);
            awaitPending(setup, "topics are missing (carillon.topics.create is off): mine");
            kafka.probe().createTopic("mine", 2);
            awaitPending(setup, "topics have the wrong number of partitions: mine has 2 and not 3");
            kafka.probe().deleteTopics(List.of("mine"));
            awaitPending(setup, "topics are missing (carillon.topics.create is off): mine");
            kafka.probe().createTopic("mine", 3);

            await().atMost(PATIENCE).until(ready::isDone);
            assertThat(setup.pending()).isEmpty();
        }
    }

    @Test
    void saysThatItWaitsForKafka() {
        var setup = setup("127.0.0.1:1", true, 3);

        var ready = setup.await(Topics.log(3));

        awaitPending(setup, "waiting for Kafka at 127.0.0.1:1");
        assertThat(ready).isNotDone();
    }

    private static void awaitPending(TopicSetup setup, String text) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(setup.pending()).contains(text));
    }

    private static TopicSetup setup(String bootstrap, boolean create, int partitions) {
        return new TopicSetup(
                KafkaClients.of(Map.of("bootstrap.servers", bootstrap)), new FixedTopicsConfig(create, partitions));
    }

    private record FixedTopicsConfig(boolean create, int logPartitions) implements TopicsConfig {

        @Override
        public int webhookPartitions() {
            return logPartitions;
        }

        @Override
        public short replication() {
            return -1;
        }

        @Override
        public Duration retry() {
            return Duration.ofMillis(100);
        }
    }
}
