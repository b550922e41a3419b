package dev.carillon.system.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a run of the checker of webhooks came to.
///
/// @param accepted deliveries, as the service's ledger has them
/// @param delivered of these
/// @param dead of these
/// @param lost deliveries that neither the ledger nor the receiver has an end for
/// @param repeats what receivers took again
/// @param inversions deliveries of ordered endpoints that were first taken after a later one
/// @param faults what is wrong, in words
record WebhookReport(
        long seed,
        int kills,
        long accepted,
        long delivered,
        long dead,
        long lost,
        Repeats repeats,
        long inversions,
        List<String> faults) {

    private static final int SHOWN = 40;

    WebhookReport {
        faults = List.copyOf(faults);
    }

    boolean isClean() {
        return faults.isEmpty() && lost == 0 && inversions == 0;
    }

    /// The last line.
    String line() {
        return "webhook-chaos: seed=%d kills=%d accepted=%d delivered=%d dead=%d lost=%d duplicates=%s%% inversions=%d"
                .formatted(
                        seed,
                        kills,
                        accepted,
                        delivered,
                        dead,
                        lost,
                        String.format(Locale.ROOT, "%.2f", repeats.percent()),
                        inversions);
    }

    /// All lines, that one last.
    List<String> lines() {
        var lines = new ArrayList<String>();
        faults.stream().limit(SHOWN).forEach(fault -> lines.add("FAULT " + fault));
        if (faults.size() > SHOWN) {
            lines.add("FAULT … and %d more".formatted(faults.size() - SHOWN));
        }
        lines.add(repeats.toString());
        lines.add(line());
        return lines;
    }
}
