package dev.carillon.webhook.cursor;

import dev.carillon.webhook.delivery.LogMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Where one endpoint stands that does not keep up.
///
/// ```
///   offsets    ···· open ···· open ·········│ from
///   decided         ○          ○            │ ░░░░░░░░░ the tail: all undecided
///              live ones are not the cursor's: the group's offsets and the ledger tell about them
/// ```
///
/// A delivery is *behind* the cursor when it is open or in the tail; of those that are open, some are *loaded*:
/// in memory, on their way; the others are *parked*. Reading turns the head of the tail into open ones. Once a
/// reading has come to the end of what is live, and what came meanwhile was kept, the tail is no more: new
/// deliveries are live again. When nothing is open either, the cursor ends.
///
/// Everything but what is loaded, and what is being read, is in the row, so that a new owner goes on from
/// there. Pure; confined to the intake thread.
public final class Cursor {

    /// No offset.
    public static final long NONE = -1;

    private final String endpoint;
    private final Instant since;
    private final Map<Long, Cursor> index;
    private final TreeMap<Long, Try> open = new TreeMap<>();
    private final Set<Long> loaded = new HashSet<>();
    private final Map<Integer, LogMark> marks = new HashMap<>();
    private long from = NONE;
    private boolean mayHaveTail;
    private Mode mode;
    private @Nullable Instant until;
    private @Nullable Instant failingSince;
    private @Nullable Reading reading;
    private Instant readAt = Instant.EPOCH;
    private boolean isChanged = true;

    /// @param index where cursors are found by what is open
    Cursor(String endpoint, Mode mode, Instant since, Map<Long, Cursor> index) {
        this.endpoint = endpoint;
        this.mode = mode;
        this.since = since;
        this.index = index;
    }

    static Cursor of(CursorRow row, Map<Long, Cursor> index) {
        var cursor = new Cursor(row.endpoint(), row.mode(), row.since(), index);
        cursor.from = row.from();
        cursor.mayHaveTail = row.from() >= 0;
        row.open().forEach(cursor::put);
        cursor.until = row.until();
        cursor.failingSince = row.failingSince();
        cursor.isChanged = false;
        return cursor;
    }

    public String endpoint() {
        return endpoint;
    }

    public Mode mode() {
        return mode;
    }

    /// Not to be attempted before, or null.
    public @Nullable Instant until() {
        return until;
    }

    public @Nullable Instant failingSince() {
        return failingSince;
    }

    /// The first offset of the tail, or NONE.
    public long from() {
        return from;
    }

    public boolean hasTail() {
        return from != NONE;
    }

    public boolean hasParked() {
        return parked() > 0;
    }

    public int parked() {
        return open.size() - loaded.size();
    }

    public int loaded() {
        return loaded.size();
    }

    public boolean isReading() {
        return reading != null;
    }

    /// When it was last read for.
    public Instant readAt() {
        return readAt;
    }

    /// Whether a delivery is behind it.
    public boolean covers(long offset) {
        return (hasTail() && offset >= from) || open.containsKey(offset);
    }

    /// Whether nothing is behind it, and nothing need be remembered.
    public boolean isDone(Instant now) {
        return !hasTail() && open.isEmpty() && (until == null || !until.isAfter(now));
    }

    /// Whether a tail may begin at an offset: there is none, and all that is open is below.
    public boolean canStartTail(long offset) {
        return !hasTail() && (open.isEmpty() || open.lastKey() < offset);
    }

    /// Everything from here on is behind it: nothing of that may be decided or under way.
    public void startTail(long offset) {
        if (!canStartTail(offset)) {
            throw new IllegalStateException("no tail can begin here");
        }
        from = offset;
        mayHaveTail = false;
        isChanged = true;
    }

    /// A live delivery that is behind the cursor came.
    ///
    /// @return whether it is kept in memory, because the tail is just being read
    public boolean pass(ConsumerRecord<byte[], byte[]> record) {
        mayHaveTail |= hasTail() && record.offset() >= from;
        return reading != null && reading.keep(record);
    }

    /// A delivery waits behind it.
    public void park(long offset, Try tried) {
        put(offset, tried);
        loaded.remove(offset);
        isChanged = true;
    }

    /// A delivery that is open and stays in memory was attempted.
    public void retried(long offset, Try tried) {
        if (open.containsKey(offset)) {
            put(offset, tried);
            isChanged = true;
        }
    }

    /// A delivery needs nothing more.
    void decided(long offset) {
        if (open.remove(offset) != null) {
            index.remove(offset);
            isChanged = true;
        }
        loaded.remove(offset);
    }

    /// The endpoint may not be attempted, for this reason. What is being read comes to nothing.
    ///
    /// @param pause how long at least, or null
    /// @return what was kept while reading, and is let go of
    public List<ConsumerRecord<byte[], byte[]>> shut(Mode reason, @Nullable Instant pause) {
        isChanged |= mode != reason;
        mode = reason;
        if (pause != null && (until == null || until.isBefore(pause))) {
            until = pause;
            isChanged = true;
        }
        return abandon();
    }

    /// The endpoint may be attempted again.
    public void reopen() {
        isChanged |= mode != Mode.CATCHING_UP;
        mode = Mode.CATCHING_UP;
        if (until != null) {
            until = null;
            isChanged = true;
        }
        if (!mayHaveTail && hasTail() && !hasParked() && reading == null) {
            from = NONE;
            isChanged = true;
        }
    }

    public void failsSince(@Nullable Instant time) {
        if (!java.util.Objects.equals(failingSince, time)) {
            failingSince = time;
            isChanged = true;
        }
    }

    /// What is to be read now, or null when that is nothing.
    ///
    /// @param room how many deliveries at most
    /// @param bytes how much of them at most
    /// @param accepted nothing that is open at or above this offset: a new owner accepts again what was live before
    /// it, and of an ordered endpoint that comes first
    /// @param isOrdered whether nothing may come before the first one that is open
    public @Nullable Wanted wants(Instant now, int room, long bytes, long accepted, boolean isOrdered) {
        var points = new ArrayList<Long>();
        boolean isAll = true;
        for (var entry : open.entrySet()) {
            if (loaded.contains(entry.getKey())) {
                continue;
            }
            if (points.size() >= room || entry.getKey() >= accepted) {
                isAll = false;
                break;
            }
            if (!entry.getValue().due().isAfter(now)) {
                points.add(entry.getKey());
            } else if (isOrdered) {
                isAll = false;
                break;
            }
        }
        // Below a tail that begins further on, something may have been live that is not accepted again yet.
        boolean wantsTail = isAll && hasTail() && from <= accepted && points.size() < room;
        if (points.isEmpty() && !wantsTail) {
            return null;
        }
        return new Wanted(endpoint, points, wantsTail ? from : NONE, room, bytes);
    }

    /// A reading begins.
    ///
    /// @param to the end of what is live now
    public void read(Wanted wanted, long to, Instant now) {
        reading = new Reading(wanted, to);
        readAt = now;
    }

    /// Whether this is what is being read.
    public boolean isReading(Wanted wanted) {
        return reading != null && reading.wanted.equals(wanted);
    }

    /// The reading has ended.
    public Progress finish(Found found) {
        var ended = reading;
        if (ended == null) {
            throw new IllegalStateException("nothing is being read");
        }
        reading = null;
        var next = new ArrayList<Progress.Next>();
        for (var record : found.records()) {
            load(record, false, next);
        }
        var gone = gone(ended.wanted, found);
        gone.forEach(this::decided);
        boolean isLost = ended.wanted.from() != NONE && found.beginning() > ended.wanted.from();
        long lostFrom = isLost ? ended.wanted.from() : NONE;
        if (ended.wanted.from() != NONE && found.reached() > from) {
            from = found.reached();
            isChanged = true;
        }
        if (!hasTail() || !ended.isCaughtUp(found)) {
            return new Progress(next, ended.meanwhile, gone, lostFrom, found.beginning());
        }
        ended.meanwhile.forEach(record -> load(record, true, next));
        from = NONE;
        isChanged = true;
        return new Progress(next, List.of(), gone, lostFrom, found.beginning());
    }

    /// Whether an event of the tail was loaded before: fanout repeats some when it takes over.
    public boolean isRepeated(LogMark mark) {
        var last = marks.get(mark.partition());
        if (last != null && last.epoch().equals(mark.epoch()) && mark.offset() <= last.offset()) {
            return true;
        }
        marks.put(mark.partition(), mark);
        return false;
    }

    /// As it is to be written.
    public CursorRow row() {
        return new CursorRow(endpoint, mode, from, open, until, failingSince, since);
    }

    /// Whether it changed since this was asked for last.
    boolean takeChange() {
        boolean was = isChanged;
        isChanged = false;
        return was;
    }

    /// It is to be written again.
    void change() {
        isChanged = true;
    }

    private List<ConsumerRecord<byte[], byte[]>> abandon() {
        var abandoned = reading;
        reading = null;
        return abandoned == null ? List.of() : abandoned.meanwhile;
    }

    private void load(ConsumerRecord<byte[], byte[]> record, boolean isKept, List<Progress.Next> next) {
        long offset = record.offset();
        boolean isNew = hasTail() && offset >= from;
        if (isNew) {
            put(offset, Try.FIRST);
            from = offset + 1;
            isChanged = true;
        }
        var tried = open.get(offset);
        if (tried != null && loaded.add(offset)) {
            next.add(new Progress.Next(record, tried, isNew, isKept));
        }
    }

    private List<Long> gone(Wanted wanted, Found found) {
        return wanted.points().stream()
                .filter(point -> point < found.reached() && open.containsKey(point) && !loaded.contains(point))
                .toList();
    }

    private void put(long offset, Try tried) {
        open.put(offset, tried);
        index.put(offset, this);
    }
}
