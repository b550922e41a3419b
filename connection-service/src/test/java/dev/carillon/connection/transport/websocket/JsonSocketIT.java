package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Result;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class JsonSocketIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestOwner owner;

    @BeforeAll
    static void own() {
        owner = TestOwner.start(InVmKafka.sharedBootstrapServers()).awaitReady();
    }

    @AfterAll
    static void disown() {
        owner.close();
    }

    @Test
    void deliversWhatAnotherClientPublishes() {
        try (var listener = open();
                var publisher = open()) {
            // Given
            listener.connect();
            publisher.connect();
            listener.send(Method.Subscribe.to("news"));
            var subscribed = (Result.Subscribe) listener.success(2);

            // When
            publisher.send(new Method.Publish("news", ByteString.copyFromUtf8("{\"n\":1}"), 0));

            // Then
            assertThat(subscribed.recoverable()).isTrue();
            assertThat(subscribed.positioned()).isTrue();
            publisher.success(2);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(listener.data("news")).containsExactly("{\"n\":1}"));
        }
    }

    private static RawClient open() {
        return RawClient.open(ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class));
    }
}
