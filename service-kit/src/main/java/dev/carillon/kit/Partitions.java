package dev.carillon.kit;

import dev.carillon.contract.Channel;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/// Which partition a key belongs to: Kafka's own rule (murmur2), so that producers of any kind agree with ours.
public final class Partitions {

    private Partitions() {}

    public static int of(byte[] key, int partitions) {
        return BuiltInPartitioner.partitionForKey(key, partitions);
    }

    public static int of(Channel channel, int partitions) {
        return of(channel.name().getBytes(StandardCharsets.US_ASCII), partitions);
    }
}
