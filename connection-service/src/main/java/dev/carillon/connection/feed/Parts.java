package dev.carillon.connection.feed;

import java.util.ArrayList;
import java.util.List;

/// The parts of one answer, as they come: each once, and in order. Where one is missing, nothing comes of the
/// answer. Confined to the inbox's thread.
final class Parts<T> {

    private final List<T> all = new ArrayList<>();
    private int next;

    /// Adds what a part holds. The first part begins anew: another owner may answer, too.
    ///
    /// @param number of the part, from 0
    /// @return whether nothing is missing up to here
    boolean add(int number, List<T> some) {
        if (number == 0) {
            all.clear();
            next = 0;
        }
        if (number != next) {
            return false;
        }
        all.addAll(some);
        next++;
        return true;
    }

    List<T> all() {
        return all;
    }
}
