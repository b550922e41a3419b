package dev.carillon.connection.feed;

import dev.carillon.connection.QueueWriter;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.Interest;
import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.Partitions;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What this node writes to the owners of channels: which ones it follows, and questions.
///
/// Safe for use by many threads, event loops included: records wait in a bounded queue for one thread that
/// hands them to Kafka, in order. What does not fit is dropped, as is everything before [#open]: nothing here
/// is needed to arrive, because whoever gets no answer asks again.
@Singleton
final class OwnerMail {

    private static final Logger LOG = Logger.getLogger(OwnerMail.class);
    private static final int CAPACITY = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final NodeIdentity node;
    private final AtomicLong followIds;
    private final ArrayBlockingQueue<ProducerRecord<byte[], byte[]>> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final QueueWriter<ProducerRecord<byte[], byte[]>> writer;
    private volatile int partitions;

    OwnerMail(NodeIdentity node, KafkaClients clients) {
        this.node = node;
        this.writer = new QueueWriter<>("owner-mail", PATIENCE, clients, queue, OwnerMail::send);
        // Higher than any number of an earlier incarnation of this node.
        this.followIds = new AtomicLong(node.incarnation() << 20);
    }

    /// Starts to write.
    ///
    /// @param logPartitions P
    void open(int logPartitions) {
        partitions = logPartitions;
        writer.start();
    }

    /// Writes what waits, for a while at most.
    void close() {
        writer.close();
    }

    long nextFollowId() {
        return followIds.incrementAndGet();
    }

    /// See [Interest].
    void follow(Channel channel, long followId, @Nullable Position since, long reach) {
        var row = new Interest(new Interest.Key(channel, node.name()), node.incarnation(), followId, since, reach);
        write(Topics.INTEREST_STATE, channel, row.key().toBytes(), row.toBytes());
    }

    void release(Channel channel) {
        write(Topics.INTEREST_STATE, channel, new Interest.Key(channel, node.name()).toBytes(), null);
    }

    /// @return false when the question cannot be sent now
    boolean query(ChannelQuery query) {
        var key = query.channel().name().getBytes(StandardCharsets.US_ASCII);
        return write(Topics.CHANNEL_QUERY, query.channel(), key, query.toBytes());
    }

    private boolean write(String topic, Channel channel, byte[] key, byte @Nullable [] value) {
        int known = partitions;
        if (known == 0) {
            return false;
        }
        return queue.offer(new ProducerRecord<>(topic, Partitions.of(channel, known), key, value));
    }

    private static void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        try {
            var _ = producer.send(record, (_, failure) -> {
                if (failure != null) {
                    LOG.debug("a record for an owner was not acknowledged", failure);
                }
            });
        } catch (KafkaException e) {
            LOG.debug("a record for an owner was not sent", e);
        }
    }
}
