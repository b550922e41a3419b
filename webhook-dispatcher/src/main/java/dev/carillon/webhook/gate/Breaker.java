package dev.carillon.webhook.gate;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Whether one endpoint is worth an attempt at the moment.
///
/// ```
///            failures in a row,                    a wait is over: probes
///            or too many of the last minute
///  CLOSED ──────────────────────────────▶ OPEN ◀──────────────────────▶ OPEN, longer
///     ▲                                     │ a first success
///     └────────────── some successes ── HALF_OPEN ── a failure ──▶ OPEN
/// ```
///
/// What is lost of it is learnt again. Pure: time and chance are told. Confined to one thread.
public final class Breaker {

    private static final int SUCCESSES = 3;

    /// Of the attempts of a window, when there were enough, so many must fail.
    private static final double RATE = 0.8;

    private static final int ENOUGH = 5;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final BreakerLimits limits;
    private State state = State.CLOSED;
    private int inRow;
    private int openings;
    private int successes;
    private Instant until = Instant.MIN;
    private @Nullable Instant failingSince;
    private Instant windowEnd = Instant.MIN;
    private int windowAttempts;
    private int windowFailures;

    /// See the diagram.
    public enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /// @param failingSince since when nothing but failures is known, or null
    public Breaker(BreakerLimits limits, @Nullable Instant failingSince) {
        this.limits = limits;
        this.failingSince = failingSince;
    }

    public State state() {
        return state;
    }

    /// Whether nothing may be attempted now.
    public boolean isShut(Instant now) {
        return state == State.OPEN && now.isBefore(until);
    }

    /// When the next probe may go; of no meaning unless it is open.
    public Instant until() {
        return until;
    }

    /// How many attempts are worth preparing now.
    public int width(Instant now) {
        return switch (state) {
            case CLOSED -> Integer.MAX_VALUE;
            case OPEN -> isShut(now) ? 0 : 1;
            case HALF_OPEN -> SUCCESSES;
        };
    }

    /// Since when there were nothing but failures, or null.
    public @Nullable Instant failingSince() {
        return failingSince;
    }

    /// Whether it failed for so long that nobody should try any more.
    public boolean isHopeless(Instant now) {
        return failingSince != null && !failingSince.plus(limits.disableAfter()).isAfter(now);
    }

    /// Whether there is nothing to remember.
    public boolean isFresh(Instant now) {
        return state == State.CLOSED && failingSince == null && (windowFailures == 0 || now.isAfter(windowEnd));
    }

    public void succeeded(Instant now) {
        count(now, 0);
        inRow = 0;
        failingSince = null;
        switch (state) {
            case CLOSED -> {}
            case OPEN -> {
                state = State.HALF_OPEN;
                successes = 1;
            }
            case HALF_OPEN -> {
                if (++successes >= SUCCESSES) {
                    state = State.CLOSED;
                    openings = 0;
                    windowAttempts = 0;
                    windowFailures = 0;
                }
            }
        }
    }

    /// @param began when the attempt began: one that began before the breaker opened says nothing new
    /// @param chance between 0 and 1: how much longer than needed to wait
    /// @return whether it opened with this
    public boolean failed(Instant began, Instant now, double chance) {
        if (state == State.OPEN && began.isBefore(until)) {
            return false;
        }
        count(now, 1);
        inRow++;
        if (failingSince == null) {
            failingSince = now;
        }
        boolean isTooMuch = state != State.CLOSED || inRow >= limits.failures() || isMostlyFailing();
        if (isTooMuch) {
            open(now, chance);
        }
        return isTooMuch;
    }

    private void open(Instant now, double chance) {
        long wait = limits.longestWait().toMillis();
        if (openings < 30) {
            wait = Math.min(wait, limits.firstWait().toMillis() << openings);
        }
        openings++;
        successes = 0;
        state = State.OPEN;
        until = now.plusMillis(wait + Math.round(wait * 0.2 * chance));
    }

    private void count(Instant now, int failures) {
        if (now.isAfter(windowEnd)) {
            windowEnd = now.plus(WINDOW);
            windowAttempts = 0;
            windowFailures = 0;
        }
        windowAttempts++;
        windowFailures += failures;
    }

    private boolean isMostlyFailing() {
        return windowAttempts >= ENOUGH * limits.failures() && windowFailures >= RATE * windowAttempts;
    }
}
