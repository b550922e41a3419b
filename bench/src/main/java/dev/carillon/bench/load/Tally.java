package dev.carillon.bench.load;

import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// What a swarm saw since the last one was taken. Belongs to the swarm's loop until it is
/// [taken][Swarm#take()], and to whoever took it from then on.
public final class Tally {

    private static final long LONGEST = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram latency = histogram();
    private final Histogram joining = histogram();
    private final SortedMap<Integer, Integer> ends = new TreeMap<>();
    private final long began = System.nanoTime();
    private long ended;
    private long deliveries;
    private long recovered;
    private long messages;
    private long reads;
    private long bytes;
    private long missing;
    private long repeated;
    private long faults;
    private String firstFault = "";
    private long lastDelivery = began;

    Tally() {}

    /// One for nanoseconds, up to ten minutes.
    static Histogram histogram() {
        return new Histogram(1, LONGEST, DIGITS);
    }

    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos, 1, LONGEST));
    }

    void delivered(long intended, long now) {
        deliveries++;
        lastDelivery = now;
        record(latency, now - intended);
    }

    void recoveredOne() {
        recovered++;
    }

    void sequence(long gap) {
        if (gap == Sequences.REPEATED) {
            repeated++;
        } else {
            missing += gap;
        }
    }

    void message() {
        messages++;
    }

    void read(int count) {
        reads++;
        bytes += count;
    }

    void joined(long nanos) {
        record(joining, nanos);
    }

    void fault(String what) {
        if (faults == 0) {
            firstFault = what;
        }
        faults++;
    }

    void over(int code) {
        ends.merge(code, 1, Integer::sum);
    }

    void end() {
        ended = System.nanoTime();
    }

    /// Nanoseconds from when a publication was meant to be sent until it was read, one value per delivery.
    public Histogram latency() {
        return latency;
    }

    /// Nanoseconds from connecting until listening, one value per connection.
    public Histogram joining() {
        return joining;
    }

    /// Connections that the server ended or would not have, by close code, code of the error or status of the
    /// response; 0: without any.
    public SortedMap<Integer, Integer> ends() {
        return ends;
    }

    /// Publications that arrived, live.
    public long deliveries() {
        return deliveries;
    }

    /// Publications that arrived late, because the client had asked for what it missed.
    public long recovered() {
        return recovered;
    }

    /// Frames, pieces of streams (chunks, where there are any), responses: each may have brought several
    /// publications.
    public long messages() {
        return messages;
    }

    /// System calls that brought something.
    public long reads() {
        return reads;
    }

    public long bytes() {
        return bytes;
    }

    /// Publications that were skipped: later ones of their stream came.
    public long missing() {
        return missing;
    }

    /// Publications that came again, or out of order.
    public long repeated() {
        return repeated;
    }

    /// Messages that should not have come.
    public long faults() {
        return faults;
    }

    public String firstFault() {
        return firstFault;
    }

    /// Nanoseconds that it covers.
    public long nanos() {
        return ended - began;
    }

    /// Nanoseconds from its beginning to the last delivery.
    public long nanosToLastDelivery() {
        return lastDelivery - began;
    }

    /// Whether nothing was lost or repeated, and nothing came that should not have.
    public boolean isComplete() {
        return missing == 0 && repeated == 0 && faults == 0;
    }

    /// Whether also nobody was sent away: figures of a run where somebody was are void.
    public boolean isClean() {
        return isComplete() && ends.isEmpty();
    }

    @Override
    public String toString() {
        return "deliveries=" + deliveries + " recovered=" + recovered + " messages=" + messages + " reads=" + reads
                + " missing=" + missing + " repeated=" + repeated + " faults=" + faults + " ends=" + ends
                + (faults > 0 ? " first fault: " + firstFault : "");
    }
}
