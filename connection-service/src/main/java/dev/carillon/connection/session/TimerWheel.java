package dev.carillon.connection.session;

import java.util.ArrayList;
import java.util.List;

/// Many timers for the price of one: something that is to happen after some ticks stands in the slot of its
/// tick.
///
/// Confined to one event loop, which advances it.
final class TimerWheel {

    private static final int SLOTS = 64;

    private final List<List<Timer>> slots = new ArrayList<>(SLOTS);
    private long tick;

    TimerWheel() {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>(0));
        }
    }

    /// Something that happens later, unless it is cancelled.
    static final class Timer {
        private final long due;
        private final Runnable action;
        private boolean cancelled;

        private Timer(long due, Runnable action) {
            this.due = due;
            this.action = action;
        }

        void cancel() {
            cancelled = true;
        }
    }

    /// Runs `action` after so many ticks, at least one.
    Timer after(long ticks, Runnable action) {
        var timer = new Timer(tick + Math.max(1, ticks), action);
        slot(timer.due).add(timer);
        return timer;
    }

    /// One tick has passed: runs what is due.
    void advance() {
        tick++;
        var slot = slot(tick);
        if (slot.isEmpty()) {
            return;
        }
        var due = new ArrayList<Timer>();
        slot.removeIf(timer -> {
            boolean gone = timer.cancelled || timer.due <= tick;
            if (gone && !timer.cancelled) {
                due.add(timer);
            }
            return gone;
        });
        due.forEach(TimerWheel::run);
    }

    /// An action may have cancelled one that was due at the same tick.
    private static void run(Timer timer) {
        if (!timer.cancelled) {
            timer.action.run();
        }
    }

    private List<Timer> slot(long at) {
        return slots.get(Math.floorMod(at, SLOTS));
    }
}
