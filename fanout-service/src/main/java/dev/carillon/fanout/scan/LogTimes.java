package dev.carillon.fanout.scan;

import dev.carillon.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// Finds out where in the log a time is. Bounded in how many look-ups are open, and in how long each may take.
///
/// Safe for use by many threads, and holds none up.
public final class LogTimes implements AutoCloseable {

    private static final int MAX_OPEN = 256;

    private final Admin admin;
    private final ListOffsetsOptions options;
    private final Semaphore room = new Semaphore(MAX_OPEN);

    /// @param admin closed along with this
    /// @param patience how long a look-up may take
    public LogTimes(Admin admin, Duration patience) {
        this.admin = admin;
        this.options = new ListOffsetsOptions().timeoutMs(Math.toIntExact(patience.toMillis()));
    }

    /// An offset, as in positions, after which everything is that came into the partition at `time` or later.
    /// Records do not stand in the order of their timestamps, so some that are older may be after it, too.
    ///
    /// Where the log begins later than `time`, and may have had more, the offset is before its beginning.
    ///
    /// @return completes on a thread of Kafka's; fails when Kafka does not answer in time, or too much is open
    public CompletionStage<Long> after(int partition, Instant time) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(new RejectedExecutionException("too many look-ups of times"));
        }
        // Before 1970 there was no Kafka; negative numbers mean other things to it.
        long millis = Math.max(0, time.toEpochMilli());
        // The end is asked for first: what comes meanwhile is after it.
        return offset(partition, OffsetSpec.latest())
                .thenCompose(end -> offset(partition, OffsetSpec.forTimestamp(millis))
                        .thenCompose(found -> found < 0
                                ? CompletableFuture.completedStage(end)
                                : offset(partition, OffsetSpec.earliest()).thenApply(start -> place(found, start))))
                .whenComplete((_, _) -> room.release());
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    /// What came in before the first record that is left may have been as young as that.
    static long place(long found, long start) {
        return found <= start && start > 0 ? start - 1 : found;
    }

    private CompletionStage<Long> offset(int partition, OffsetSpec wanted) {
        var log = new TopicPartition(Topics.EVENT_PUBLISHED, partition);
        return admin.listOffsets(Map.of(log, wanted), options)
                .partitionResult(log)
                .toCompletionStage()
                .thenApply(info -> info.offset());
    }
}
