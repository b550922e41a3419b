package dev.carillon.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged broker, started as a user's machine starts it.
class LocalBrokerIT {
    private static final Path JAR = Path.of("target", "local-broker.jar").toAbsolutePath();
    private static final TopicPartition EVENTS = new TopicPartition("events", 0);

    @TempDir
    Path folder;

    private final int port = freePort();
    private Process broker = new ProcessBuilder("true").start();

    LocalBrokerIT() throws IOException {}

    @AfterEach
    void kill() throws InterruptedException {
        broker.destroyForcibly().waitFor();
    }

    @Test
    void keepsEverythingAcrossACleanRestart() throws Exception {
        // Given
        start();
        var before = publish();

        // When
        broker.destroy();
        assertThat(broker.waitFor(30, SECONDS)).isTrue();
        start();

        // Then
        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void keepsEverythingAfterAKill() throws Exception {
        // Given
        start();
        var before = publish();

        // When
        broker.destroyForcibly().waitFor();
        start();

        // Then
        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void refusesAFolderThatIsInUse() throws Exception {
        // Given
        start();

        // When
        var second = launch(freePort());

        // Then
        assertThat(second.waitFor(60, SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(Files.readString(log(second))).contains("local-broker: ").contains("lock");
    }

    private void start() throws Exception {
        broker = launch(port);
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            assertThat(broker.isAlive()).isTrue();
            return Files.readString(log(broker)).contains("ready on 127.0.0.1:" + port);
        });
    }

    private Process launch(int at) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var output = Files.createTempFile(folder, "broker", ".out");
        var data = folder.resolve("data").toString();
        var process = new ProcessBuilder(java, "-Xmx256m", "-jar", JAR.toString(), Integer.toString(at), data)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Files.move(output, log(process));
        return process;
    }

    private Path log(Process process) {
        return folder.resolve(process.pid() + ".log");
    }

    private Seen publish() throws Exception {
        try (var admin = admin();
                var producer = new KafkaProducer<>(client(), new StringSerializer(), new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic("events", 1, (short) 1)))
                    .all()
                    .get(30, SECONDS);
            producer.send(new ProducerRecord<>("events", "channel", "data")).get(30, SECONDS);
        }
        return seen();
    }

    private Seen seen() throws Exception {
        try (var admin = admin()) {
            var topics = admin.describeTopics(List.of("events")).allTopicNames().get(30, SECONDS);
            var topic = topics.values().iterator().next();
            var ends = admin.listOffsets(Map.of(EVENTS, OffsetSpec.latest()));
            return new Seen(
                    admin.describeCluster().clusterId().get(30, SECONDS),
                    topic.topicId(),
                    ends.partitionResult(EVENTS).get(30, SECONDS).offset());
        }
    }

    private Admin admin() {
        return Admin.create(client());
    }

    private Map<String, Object> client() {
        return Map.of("bootstrap.servers", "127.0.0.1:" + port);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// What positions are made of.
    private record Seen(String cluster, Uuid topic, long end) {}
}
