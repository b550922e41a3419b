package dev.carillon.fanout.answer;

import dev.carillon.contract.LogEntry;
import dev.carillon.fanout.route.Sizes;
import java.util.ArrayList;
import java.util.List;

/// Cuts long answers into parts that fit into one record each.
final class Parts {

    /// The largest part, encoded; a single entry that is larger travels alone.
    static final int MAX_BYTES = 500 * 1024;

    /// A part of an answer.
    ///
    /// @param more whether another part follows
    record Part(List<LogEntry> entries, boolean more) {}

    private Parts() {}

    /// At least one part, in order; the last one may be empty only when there is nothing at all.
    static List<Part> of(List<LogEntry> entries) {
        var parts = new ArrayList<Part>();
        int begin = 0;
        int size = 0;
        for (int i = 0; i < entries.size(); i++) {
            int next = Sizes.encoded(entries.get(i));
            if (i > begin && size + next > MAX_BYTES) {
                parts.add(new Part(entries.subList(begin, i), true));
                begin = i;
                size = 0;
            }
            size += next;
        }
        parts.add(new Part(entries.subList(begin, entries.size()), false));
        return parts;
    }
}
