package dev.carillon.fanout.own;

import dev.carillon.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/// Looks at the leases again and again, and carries out what is due: workers hear of it, inboxes of gone nodes
/// are deleted. While heartbeats could not have been heard (Kafka does not answer, or this process stood still)
/// nobody's lease runs.
///
/// Works on a thread of its own.
final class LeaseWatch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(LeaseWatch.class);
    private static final int LOOKS_PER_LEASE = 10;
    private static final TopicPartition HEARTBEATS = new TopicPartition(Topics.NODE_STATE, 0);

    private final Leases leases;
    private final Admin admin;
    private final Duration lease;
    private final Consumer<Leases.Verdict> workers;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    /// @param admin closed by this
    /// @param workers told of each verdict
    LeaseWatch(Leases leases, Admin admin, Duration lease, Consumer<Leases.Verdict> workers) {
        this.leases = leases;
        this.admin = admin;
        this.lease = lease;
        this.workers = workers;
        this.thread = Thread.ofPlatform().daemon().name("fanout-leases").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        stop.countDown();
        admin.close(Duration.ZERO);
    }

    private void run() {
        long pause = Math.max(10, lease.toMillis() / LOOKS_PER_LEASE);
        long before = System.nanoTime();
        try {
            while (!stop.await(pause, TimeUnit.MILLISECONDS)) {
                boolean heard = isKafkaThere();
                long now = System.nanoTime();
                if (!heard || now - before > lease.toNanos() / 2) {
                    leases.renewAll();
                }
                before = now;
                leases.judge().forEach(this::carryOut);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isKafkaThere() throws InterruptedException {
        try {
            admin.listOffsets(Map.of(HEARTBEATS, OffsetSpec.latest()))
                    .all()
                    .get(Math.max(1000, lease.toMillis() / 5), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("Kafka does not answer, leases stand still", e);
            return false;
        }
    }

    private void carryOut(Leases.Verdict verdict) {
        workers.accept(verdict);
        if (verdict instanceof Leases.Verdict.Gone) {
            var inbox = Topics.inbox(verdict.node()).name();
            var _ = admin.deleteTopics(List.of(inbox)).all().whenComplete((_, fault) -> {
                if (fault != null && !(fault instanceof UnknownTopicOrPartitionException)) {
                    LOG.debug("inbox of a gone node is not deleted", fault);
                }
            });
        }
    }
}
