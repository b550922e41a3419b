package dev.carillon.webhook.decide;

import dev.carillon.webhook.decide.Verdict.Again;
import dev.carillon.webhook.decide.Verdict.Cancel;
import dev.carillon.webhook.decide.Verdict.Done;
import dev.carillon.webhook.decide.Verdict.GiveUp;
import dev.carillon.webhook.delivery.DeadReason;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides what follows from an attempt. Pure.
public final class Decider {

    /// The longest pause that an endpoint can ask for.
    public static final Duration MAX_RETRY_AFTER = Duration.ofHours(24);

    private static final int GONE = 410;

    private Decider() {}

    /// @param attempt the number of the attempt that was made; the first is 1
    /// @param chance between 0 and 1: how much of the jitter to add
    public static Verdict after(Outcome outcome, int attempt, Schedule schedule, double chance) {
        return after(outcome, attempt, schedule, Set.of(), chance);
    }

    /// @param giveUpOn statuses after which no further attempt is made
    public static Verdict after(Outcome outcome, int attempt, Schedule schedule, Set<Integer> giveUpOn, double chance) {
        return switch (outcome) {
            case Outcome.Accepted _ -> new Done();
            case Outcome.Refused refused when refused.status() == GONE -> new GiveUp(DeadReason.GONE, true);
            case Outcome.Refused refused
            when giveUpOn.contains(refused.status()) -> new GiveUp(DeadReason.REFUSED, false);
            case Outcome.Refused(int status, var wait) ->
                next(attempt, schedule, chance, mayAskForPause(status) ? wait : null);
            case Outcome.Unreachable _ -> next(attempt, schedule, chance, null);
            case Outcome.Deleted _, Outcome.Unverified _, Outcome.Withdrawn _ -> new Cancel();
            case Outcome.Disabled _ ->
                throw new IllegalArgumentException("nothing is decided for an endpoint that is disabled: it waits");
        };
    }

    private static Verdict next(int attempt, Schedule schedule, double chance, @Nullable Duration wait) {
        var step = schedule.after(attempt);
        if (step == null) {
            return new GiveUp(DeadReason.EXHAUSTED, false);
        }
        var delay = Schedule.jittered(step, chance);
        if (wait != null && wait.compareTo(delay) > 0) {
            delay = wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait;
        }
        return new Again(delay);
    }

    /// Whether an answer of this status may ask to be left alone.
    public static boolean mayAskForPause(int status) {
        return status == 429 || status == 503;
    }
}
