package dev.carillon.fanout;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasItem;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The service while somebody deletes topics under it, or does not create those that it is to read.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
@TestProfile(ChangingTopicsIT.Quick.class)
class ChangingTopicsIT {

    private static final int PARTITIONS = 6;
    private static final String SOURCE = "changing.source";

    public static final class Quick implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "carillon.topics.create", "true",
                    "carillon.fanout.workers", "2",
                    "carillon.fanout.instance", "changing",
                    "carillon.fanout.tops-interval", "500ms",
                    "carillon.fanout.sources.shop.topics", SOURCE,
                    "carillon.fanout.sources.shop.channel-prefix", "shop:");
        }
    }

    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private final KafkaProbe probe = KafkaProbe.shared();
    private final Channel channel = new Channel("orders:" + unique);

    @BeforeEach
    void awaitReadiness() {
        patiently().untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void aLogThatWasMadeAnewIsANewEpoch() {
        // Given
        try (var node = new SimulatedNode("node-" + unique, 1, PARTITIONS, probe)) {
            var epoch = epoch();
            node.follow(channel, new Position(epoch, 0));
            publish("before");
            patiently().until(() -> node.deliveredCount() == 1);

            // When
            probe.deleteTopics(List.of(Topics.EVENT_PUBLISHED));

            // Then
            patiently().until(() -> !epoch().isEmpty() && !epoch().equals(epoch));
            patiently()
                    .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
            patiently().until(() -> {
                publish("after");
                return node.deliveredCount() > 1;
            });
            assertThat(node.broken()).isPositive();
            node.leave();
        }
    }

    @Test
    void followsGoOnAfterTheirTopicWasMadeAnew() throws Exception {
        // Given
        try (var node = new SimulatedNode("node-" + unique, 1, PARTITIONS, probe)) {
            var epoch = epoch();
            var before = id(Topics.INTEREST_STATE);

            // When
            probe.deleteTopics(List.of(Topics.INTEREST_STATE));
            patiently().until(() -> !id(Topics.INTEREST_STATE).equals(before));
            patiently()
                    .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));

            // Then
            node.follow(channel, new Position(epoch, 0));
            publish("after");
            patiently().until(() -> node.deliveredCount() == 1);
            assertThat(epoch()).isEqualTo(epoch);
            node.leave();
        }
    }

    @Test
    void aTopicThatIsOnlyWrittenToIsCreatedAgain() throws Exception {
        // Given
        var before = id(Topics.EVENT_DEAD);

        // When
        probe.deleteTopics(List.of(Topics.EVENT_DEAD));

        // Then
        patiently().until(() -> !id(Topics.EVENT_DEAD).equals(before));
        patiently().untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void aMissingSourceIsExplainedAndReadOnceItIsThere() {
        // Given
        patiently().untilAsserted(() -> given().get("/v1/sources")
                .then()
                .statusCode(200)
                .body("items[0].name", equalTo("shop"))
                .body("items[0].group", equalTo("fanout.source.shop"))
                .body("items[0].state", equalTo("waiting"))
                .body("items[0].detail", containsString(SOURCE)));
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.data", hasItem(hasEntry(equalTo("shop"), containsString(SOURCE))));

        // When
        probe.createTopic(SOURCE, 2);
        probe.produce(new ProducerRecord<>(SOURCE, bytes(unique), bytes("1")));

        // Then
        patiently().untilAsserted(() -> given().get("/v1/channels/shop:" + unique)
                .then()
                .statusCode(200)
                .body("ringSize", equalTo(1)));
        patiently().untilAsserted(() -> given().get("/v1/sources")
                .then()
                .body("items[0].state", equalTo("running"))
                .body("items[0].mapped", equalTo(1))
                .body("items[0].lag", equalTo(0)));
        given().get("/q/metrics").then().body(containsString("carillon_fanout_source_lag"));
        probe.deleteTopics(List.of(SOURCE));
    }

    /// Empty while nobody owns the channel.
    private String epoch() {
        var answer = given().get("/v1/channels/" + channel.name());
        return answer.statusCode() == 200 ? answer.path("epoch") : "";
    }

    private Uuid id(String topic) throws Exception {
        try (var admin = probe.admin()) {
            return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get(30, TimeUnit.SECONDS)
                            .get(topic))
                    .topicId();
        }
    }

    private void publish(String data) {
        probe.produce(new ProducerRecord<>(Topics.EVENT_PUBLISHED, bytes(channel.name()), bytes(data)));
    }

    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(90)).ignoreExceptions();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
