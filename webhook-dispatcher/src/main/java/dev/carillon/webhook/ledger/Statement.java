package dev.carillon.webhook.ledger;

import java.util.ArrayList;
import java.util.List;

/// What the accounting came to.
///
/// @param fresh deliveries that fanout wrote
/// @param replays deliveries that operations wrote: replays and resends
/// @param discrepancies at most [#MOST] of them
/// @param found how many there are
public record Statement(Counts fresh, Counts replays, List<Discrepancy> discrepancies, long found) {

    /// The most discrepancies that are named.
    public static final int MOST = 100;

    public static final Statement NONE = new Statement(Counts.NONE, Counts.NONE, List.of(), 0);

    public Statement {
        discrepancies = discrepancies.stream().limit(MOST).toList();
    }

    public boolean isBalanced() {
        return fresh.isBalanced() && replays.isBalanced();
    }

    public Statement plus(Statement more) {
        var all = new ArrayList<>(discrepancies);
        all.addAll(more.discrepancies);
        return new Statement(fresh.plus(more.fresh), replays.plus(more.replays), all, found + more.found);
    }
}
