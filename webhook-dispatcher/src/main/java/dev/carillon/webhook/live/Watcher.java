package dev.carillon.webhook.live;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Somebody who watches the attempts at one endpoint. Whoever does not keep up is not waited for: what they
/// watch ends, and they look anew.
///
/// The tail's thread adds, the watcher's takes and closes, any may end it.
public final class Watcher implements AutoCloseable {

    private static final int MAX_WAITING = 1000;

    private final String endpoint;
    private final AttemptTail tail;
    private final LinkedBlockingQueue<Entry> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private volatile boolean isEnded;

    Watcher(String endpoint, AttemptTail tail) {
        this.endpoint = endpoint;
        this.tail = tail;
    }

    /// A record of the ledger.
    ///
    /// @param id names it
    /// @param json as it is in the ledger, in one line
    public record Entry(String id, String json) {}

    /// The next entry, or null when there is none within the time, or never again ([#isEnded]).
    public @Nullable Entry next(Duration patience) throws InterruptedException {
        return isEnded ? null : waiting.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Whether nothing comes any more.
    public boolean isEnded() {
        return isEnded;
    }

    @Override
    public void close() {
        tail.leave(this);
    }

    public String endpoint() {
        return endpoint;
    }

    void add(ConsumerRecord<byte[], byte[]> entry) {
        var json = new String(entry.value(), StandardCharsets.UTF_8);
        if (!waiting.offer(new Entry(entry.partition() + "-" + entry.offset(), json))) {
            end();
        }
    }

    /// Nothing comes any more: wakes whoever waits. For any thread.
    public void end() {
        isEnded = true;
        waiting.clear();
        waiting.add(new Entry("", ""));
    }
}
