package dev.carillon.system.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a run came to.
///
/// @param strikes by kind
/// @param kills processes that were killed with SIGKILL
/// @param troubles what is wrong beside the verdict: processes that died by themselves, subscribers that gave
///     up, presence that does not converge
/// @param notes for people
record Report(
        long seed,
        Map<Strike.Kind, Integer> strikes,
        int kills,
        Verdict verdict,
        List<String> troubles,
        List<String> notes) {

    private static final int SHOWN = 40;

    Report {
        strikes = Map.copyOf(strikes);
        troubles = List.copyOf(troubles);
        notes = List.copyOf(notes);
    }

    boolean isClean() {
        return verdict.isClean() && troubles.isEmpty();
    }

    /// What is wrong, a line each; empty when it is clean.
    List<String> wrongs() {
        var wrongs = new ArrayList<String>();
        troubles.forEach(trouble -> wrongs.add("TROUBLE " + trouble));
        verdict.faults().stream().limit(SHOWN).forEach(fault -> wrongs.add("FAULT " + fault));
        if (verdict.faults().size() > SHOWN) {
            wrongs.add("FAULT … and %d more".formatted(verdict.faults().size() - SHOWN));
        }
        return wrongs;
    }

    /// The last line.
    String line() {
        return "chaos: seed=%d kills=%d acknowledged=%d delivered=%d lost=%d duplicated=%d reordered=%d worst-gap=%ss"
                .formatted(
                        seed,
                        kills,
                        verdict.acknowledged(),
                        verdict.delivered(),
                        verdict.lost(),
                        verdict.duplicated(),
                        verdict.reordered(),
                        String.format(Locale.ROOT, "%.1f", verdict.worstSeconds()));
    }

    /// All lines, that one last.
    List<String> lines() {
        var lines = new ArrayList<>(notes);
        lines.add("strikes: " + strikes);
        lines.add("uncertain publishes: %d; webhooks repeated: %d".formatted(verdict.uncertain(), verdict.repeated()));
        verdict.slowest()
                .forEach(delay -> lines.add(String.format(
                        Locale.ROOT,
                        "slowest delivery to %s: %.1f s, %s on %s, at %.1f s",
                        delay.witness(),
                        delay.millis() / 1000.0,
                        delay.key(),
                        delay.channel(),
                        delay.at() / 1000.0)));
        lines.addAll(wrongs());
        lines.add(line());
        return lines;
    }
}
