package dev.carillon.connection.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /// Something that happens later, unless it is cancelled. A cancelled one stands in its slot for a while, but
    /// holds nothing: what it would have done may hold a session that has ended.
    static final class Timer {
        private final long due;
        private @Nullable Runnable action;

        private Timer(long due, Runnable action) {
            this.due = due;
            this.action = action;
        }

        void cancel() {
            action = null;
        }

        private boolean isGone(long tick) {
            return action == null || due <= tick;
        }

        /// An action may have cancelled one that was due at the same tick.
        private void run() {
            var pending = action;
            if (pending != null) {
                pending.run();
            }
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
        slot.removeIf(timer -> timer.isGone(tick) && due.add(timer));
        due.forEach(Timer::run);
    }

    private List<Timer> slot(long at) {
        return slots.get(Math.floorMod(at, SLOTS));
    }
}
