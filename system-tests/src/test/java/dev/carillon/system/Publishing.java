package dev.carillon.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Publishes as backends do, over HTTP or straight into Kafka, and tells what clients have to see of it.
///
/// Safe for use by many threads.
final class Publishing implements AutoCloseable {

    static final JsonMapper JSON = new JsonMapper();

    /// What was accepted, and what everybody has to see.
    record Accepted(String channel, String id, long offset, String digest) {}

    private final Fleet fleet;
    private final HttpClient http = HttpClient.newHttpClient();
    private final KafkaProducer<byte[], byte[]> producer;

    Publishing(Fleet fleet) {
        this.fleet = fleet;
        this.producer = fleet.kafka.probe().producer(Map.of("acks", "all"));
    }

    Accepted overHttp(String channel, Payload payload) {
        var answer = send(
                HttpRequest.newBuilder(fleet.firstNode.url("/v1/channels/" + channel + "/events"))
                        .header("content-type", "application/json")
                        .header("ce-type", "github." + payload.name())
                        .POST(BodyPublishers.ofString(payload.json())),
                202);
        var offset = answer.path("position").path("offset").asLong();
        return new Accepted(channel, answer.path("id").asText(), offset, payload.digest());
    }

    /// As a plain producer that knows CloudEvents.
    Accepted overKafka(String channel, Payload payload) {
        var id = UUID.randomUUID().toString();
        var record = record(channel, payload);
        record.headers()
                .add("ce_specversion", bytes("1.0"))
                .add("ce_id", bytes(id))
                .add("ce_source", bytes("/github"))
                .add("ce_type", bytes("github." + payload.name()))
                .add("content-type", bytes("application/json"));
        return new Accepted(channel, id, append(record).offset(), payload.digest());
    }

    /// As a plain producer that has never heard of anything but Kafka.
    Accepted overKafkaWithoutHeaders(String channel, Payload payload) {
        var place = append(record(channel, payload));
        var id = Topics.EVENT_PUBLISHED.replace('.', '-') + "-" + place.epoch() + "-" + (place.offset() - 1);
        return new Accepted(channel, id, place.offset(), payload.digest());
    }

    private static ProducerRecord<byte[], byte[]> record(String channel, Payload payload) {
        return new ProducerRecord<>(Topics.EVENT_PUBLISHED, bytes(channel), bytes(payload.json()));
    }

    /// The offset, and in place of an epoch the partition.
    private Position append(ProducerRecord<byte[], byte[]> record) {
        try {
            var metadata = producer.send(record).get();
            return new Position(Integer.toString(metadata.partition()), metadata.offset() + 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka refused a record", e);
        }
    }

    /// Sends a JSON request to any of the services and reads its JSON answer.
    JsonNode post(URI url, String body, int status) {
        return send(
                HttpRequest.newBuilder(url)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body)),
                status);
    }

    /// Puts JSON to any of the services.
    JsonNode put(URI url, String body, int status) {
        return send(
                HttpRequest.newBuilder(url)
                        .header("content-type", "application/json")
                        .PUT(BodyPublishers.ofString(body)),
                status);
    }

    JsonNode get(URI url) {
        return send(HttpRequest.newBuilder(url), 200);
    }

    private JsonNode send(HttpRequest.Builder request, int status) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close();
        http.close();
    }
}
