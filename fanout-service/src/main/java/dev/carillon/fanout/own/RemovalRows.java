package dev.carillon.fanout.own;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Removal;
import dev.carillon.fanout.route.Removals;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// The rows of removals of one partition, as they are read at a take-over. Confined to its thread.
final class RemovalRows {

    private static final Logger LOG = Logger.getLogger(RemovalRows.class);

    private final String epoch;
    private final long logStart;
    private final Set<Removal> rows = new LinkedHashSet<>();

    /// @param epoch rows of other logs do not matter
    /// @param logStart what the log has lost anyway does not matter either
    RemovalRows(String epoch, long logStart) {
        this.epoch = epoch;
        this.logStart = logStart;
    }

    void load(ConsumerRecord<byte[], byte[]> row) {
        try {
            var removal = Removal.fromKey(row.key());
            if (row.value() == null) {
                rows.remove(removal);
            } else {
                rows.add(removal);
            }
        } catch (RuntimeException e) {
            LOG.debug("removal row is not readable, passed over", e);
        }
    }

    /// What holds, the oldest first.
    Removals current() {
        var removals = new Removals();
        newest().values().stream()
                .sorted(Comparator.comparingLong(row -> row.upTo().offset()))
                .forEach(row -> removals.add(row.channel(), row.upTo().offset()));
        return removals;
    }

    /// Rows that say nothing: of another log, of what the log no longer has, or of less than another row.
    List<Removal> obsolete() {
        var newest = newest();
        var obsolete = new ArrayList<Removal>();
        for (var row : rows) {
            if (!row.equals(newest.get(row.channel()))) {
                obsolete.add(row);
            }
        }
        return obsolete;
    }

    private Map<Channel, Removal> newest() {
        var newest = new HashMap<Channel, Removal>();
        for (var row : rows) {
            if (row.upTo().epoch().equals(epoch) && row.upTo().offset() > logStart) {
                newest.merge(row.channel(), row, RemovalRows::later);
            }
        }
        return newest;
    }

    private static Removal later(Removal one, Removal other) {
        return one.upTo().offset() >= other.upTo().offset() ? one : other;
    }
}
