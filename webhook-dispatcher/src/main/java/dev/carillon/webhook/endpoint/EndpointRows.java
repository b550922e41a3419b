package dev.carillon.webhook.endpoint;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.EndpointCodec;
import dev.carillon.contract.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Endpoints as records of the compacted topic.
public final class EndpointRows {

    private EndpointRows() {}

    public static ProducerRecord<byte[], byte[]> row(Endpoint endpoint) {
        return new ProducerRecord<>(Topics.ENDPOINT_STATE, 0, key(endpoint.id()), EndpointCodec.write(endpoint));
    }

    /// Ends the row of an endpoint.
    static ProducerRecord<byte[], byte[]> end(String id) {
        return new ProducerRecord<>(Topics.ENDPOINT_STATE, 0, key(id), null);
    }

    private static byte[] key(String id) {
        return id.getBytes(StandardCharsets.UTF_8);
    }
}
