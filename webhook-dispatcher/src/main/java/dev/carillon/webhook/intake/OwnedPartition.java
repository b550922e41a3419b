package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.webhook.cursor.Cursors;
import dev.carillon.webhook.delivery.AttemptRecords.Trace;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Source;
import dev.carillon.webhook.gate.Breaker;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// All that this process knows about one partition number of the delivery topics while it owns it. Cold until
/// the take-over has read back what others decided. Confined to the intake thread.
final class OwnedPartition {

    private final Ownership ownership;
    private final Set<TopicPartition> inputs;
    private final Map<String, Watermark> watermarks = new HashMap<>();
    private final Map<String, Watermark.Mark> committed = new HashMap<>();
    private final Map<String, Instant> sleeping = new HashMap<>();
    private Map<Source, Trace> traces = Map.of();
    private LogMemory memory = new LogMemory();
    private Cursors cursors = new Cursors(List.of());
    private final Map<String, Breaker> breakers = new HashMap<>();
    private long ledger;
    private boolean isWarm;
    private int held;
    private long heldBytes;
    private int passes;

    OwnedPartition(Ownership ownership, Set<TopicPartition> inputs) {
        this.ownership = ownership;
        this.inputs = Set.copyOf(inputs);
    }

    Ownership ownership() {
        return ownership;
    }

    Set<TopicPartition> inputs() {
        return inputs;
    }

    boolean isWarm() {
        return isWarm;
    }

    LogMemory memory() {
        return memory;
    }

    Cursors cursors() {
        return cursors;
    }

    /// Of the endpoints that failed lately.
    Map<String, Breaker> breakers() {
        return breakers;
    }

    /// How many readers are under way.
    int passes() {
        return passes;
    }

    void passes(int more) {
        passes += more;
    }

    int held() {
        return held;
    }

    long heldBytes() {
        return heldBytes;
    }

    /// From here on it is live.
    void warm(TakeOver.Ready ready) {
        ready.starts().forEach((topic, start) -> {
            watermarks.put(topic, new Watermark(start));
            committed.put(topic, new Watermark.Mark(start.offset(), start.ledger()));
        });
        traces = new HashMap<>(ready.traces());
        memory = ready.memory();
        cursors = new Cursors(ready.cursors());
        ledger = ready.ledger();
        isWarm = true;
    }

    Watermark watermark(String topic) {
        var watermark = watermarks.get(topic);
        if (watermark == null) {
            throw new IllegalStateException("no input " + topic);
        }
        return watermark;
    }

    void accept(Source source, int size) {
        watermark(source.topic()).accept(source.offset(), ledger);
        hold(size);
    }

    /// Something is in memory.
    void hold(int size) {
        held++;
        heldBytes += size;
    }

    /// A record needs nothing more.
    void decide(Source source) {
        passOver(source);
        if (source.topic().equals(Topics.DELIVERY_WEBHOOK)) {
            cursors.decided(source.offset());
        }
    }

    /// A record is nothing to wait for: it was decided before, or is behind a cursor.
    void passOver(Source source) {
        watermark(source.topic()).decide(source.offset());
    }

    /// What was accepted is out of memory.
    void release(int size) {
        held--;
        heldBytes -= size;
    }

    /// What an owner before this one wrote about a record, or null; tells it once.
    @Nullable
    Trace takeTrace(Source source) {
        return traces.remove(source);
    }

    /// The ledger reaches at least so far.
    void ledgerReaches(long end) {
        ledger = Math.max(ledger, end);
    }

    /// Nothing of this topic is read before then.
    void sleep(String topic, Instant until) {
        sleeping.put(topic, until);
    }

    void wake(Instant now) {
        sleeping.values().removeIf(until -> !until.isAfter(now));
    }

    boolean isAsleep(String topic) {
        return sleeping.containsKey(topic);
    }

    /// What the next transaction has to commit: marks that moved, marks of `touched` inputs, and marks that
    /// would make a new owner read far back in the ledger.
    ///
    /// @param patience how far back is not far
    Map<TopicPartition, Watermark.Mark> marks(Set<TopicPartition> touched, long patience) {
        var marks = new HashMap<TopicPartition, Watermark.Mark>();
        for (var input : inputs) {
            var mark = watermark(input.topic()).mark(ledger);
            var before = committed.get(input.topic());
            boolean isDue = before == null
                    || touched.contains(input)
                    || before.offset() != mark.offset()
                    || mark.ledger() - before.ledger() > patience;
            if (isDue) {
                marks.put(input, mark);
            }
        }
        return marks;
    }

    void committed(String topic, Watermark.Mark mark) {
        committed.put(topic, mark);
    }

    /// Inputs that must not be read now.
    Set<TopicPartition> blocked() {
        if (!isWarm) {
            return inputs;
        }
        var blocked = new HashSet<TopicPartition>();
        for (var input : inputs) {
            if (isAsleep(input.topic())) {
                blocked.add(input);
            }
        }
        return blocked;
    }
}
