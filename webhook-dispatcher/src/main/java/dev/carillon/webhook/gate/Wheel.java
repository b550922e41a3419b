package dev.carillon.webhook.gate;

import java.util.ArrayList;
import java.util.List;

/// Lines that wait for a moment, in slots of a few milliseconds: whatever their number, adding one costs the
/// same. What is further away than the wheel is long goes round again. Guarded by the gate's lock.
final class Wheel {

    private static final int SLOT_MILLIS = 8;
    private static final int SLOTS = 1024;

    private final List<List<Entry>> slots = new ArrayList<>(SLOTS);
    private long reached = Long.MIN_VALUE;

    private record Entry(Line line, long at) {}

    Wheel() {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>(0));
        }
    }

    void add(Line line, long at) {
        slots.get(slot(Math.max(at / SLOT_MILLIS, reached))).add(new Entry(line, at));
    }

    /// The lines whose moment has come.
    List<Line> due(long now) {
        var due = new ArrayList<Line>();
        long until = now / SLOT_MILLIS;
        long from = Math.max(reached, until - SLOTS + 1);
        for (long slot = from; slot <= until; slot++) {
            var entries = slots.get(slot(slot));
            if (!entries.isEmpty()) {
                collect(entries, now, due);
            }
        }
        reached = until;
        return due;
    }

    private static void collect(List<Entry> entries, long now, List<Line> due) {
        entries.removeIf(entry -> {
            boolean isDue = entry.at() <= now;
            if (isDue) {
                due.add(entry.line());
            }
            return isDue;
        });
    }

    private static int slot(long number) {
        return Math.floorMod(number, SLOTS);
    }
}
