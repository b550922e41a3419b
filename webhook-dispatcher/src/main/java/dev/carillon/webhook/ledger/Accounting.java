package dev.carillon.webhook.ledger;

import dev.carillon.webhook.delivery.LogMark;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Joins what was accepted with what the attempts say of it, for one partition. Pure: it hears records in any
/// order, accepted ones first, and is asked once. Confined to one thread.
final class Accounting {

    private final NavigableMap<Long, Account> accounts = new TreeMap<>();
    private final Map<Key, Integer> marks = new HashMap<>();
    private long open;

    private record Key(String endpoint, LogMark mark) {}

    /// What is known of one delivery.
    private static final class Account {
        private final Accepted delivery;
        private @Nullable Fate fate;
        private int ends;
        private String last = "";

        Account(Accepted delivery) {
            this.delivery = delivery;
        }
    }

    void accept(Accepted delivery) {
        accounts.put(delivery.offset(), new Account(delivery));
        open++;
        var mark = delivery.mark();
        if (delivery.isFresh() && mark != null) {
            marks.merge(new Key(delivery.endpoint(), mark), 1, Integer::sum);
        }
    }

    /// A delivery before those that are accounted for, which one of them may repeat.
    void recall(Accepted delivery) {
        var mark = delivery.mark();
        if (mark != null) {
            marks.merge(new Key(delivery.endpoint(), mark), 1, Integer::sum);
        }
    }

    /// What is not about anything that was accepted is passed over.
    void hear(Entry entry) {
        accounts.subMap(entry.origin(), true, entry.until(), false).values().stream()
                .filter(account -> account.delivery.endpoint().equals(entry.endpoint()))
                .forEach(account -> hear(account, entry));
    }

    private void hear(Account account, Entry entry) {
        account.last = entry.outcome();
        var fate = entry.fate();
        if (fate == null || (fate == Fate.EXPIRED && account.fate != null)) {
            return;
        }
        account.ends++;
        if (account.fate == null) {
            account.fate = fate;
            open--;
        }
    }

    /// How many did not come to an end so far.
    long open() {
        return open;
    }

    /// How many were accepted.
    int size() {
        return accounts.size();
    }

    /// @param isPending whether a delivery waits somewhere; asked about those only that did not come to an end
    Statement close(Predicate<Accepted> isPending) {
        var fresh = new Tally();
        var replays = new Tally();
        var wrong = new ArrayList<Discrepancy>();
        for (var account : accounts.values()) {
            var tally = account.delivery.isFresh() ? fresh : replays;
            var fate = fate(account, isPending);
            tally.count(fate);
            var kind = wrong(account, fate);
            if (kind != null) {
                wrong.add(new Discrepancy(kind, account.delivery, account.last));
            }
        }
        return new Statement(fresh.counts(), replays.counts(), wrong, wrong.size());
    }

    private static Fate fate(Account account, Predicate<Accepted> isPending) {
        var fate = account.fate;
        if (fate != null) {
            return fate;
        }
        return isPending.test(account.delivery) ? Fate.PENDING : Fate.LOST;
    }

    private Discrepancy.@Nullable Kind wrong(Account account, Fate fate) {
        if (fate == Fate.LOST) {
            return Discrepancy.Kind.LOST;
        }
        if (account.ends > 1) {
            return Discrepancy.Kind.DECIDED_TWICE;
        }
        return fate == Fate.REPEATED && !repeatsSomething(account.delivery) ? Discrepancy.Kind.REPEATS_NOTHING : null;
    }

    private boolean repeatsSomething(Accepted delivery) {
        var mark = delivery.mark();
        return mark != null && marks.getOrDefault(new Key(delivery.endpoint(), Objects.requireNonNull(mark)), 0) > 1;
    }

    /// Counts while it goes.
    private static final class Tally {
        private final Map<Fate, Long> fates = new EnumMap<>(Fate.class);
        private long accepted;

        void count(Fate fate) {
            fates.merge(fate, 1L, Long::sum);
            if (fate != Fate.REPEATED) {
                accepted++;
            }
        }

        Counts counts() {
            return new Counts(accepted, fates);
        }
    }

    /// All that did not come to an end so far.
    List<Accepted> undecided() {
        return accounts.values().stream()
                .filter(account -> account.fate == null)
                .map(account -> account.delivery)
                .toList();
    }
}
