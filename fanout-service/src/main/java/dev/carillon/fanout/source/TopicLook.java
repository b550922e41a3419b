package dev.carillon.fanout.source;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// What one source has seen of its topics, from look to look. Confined to one thread.
final class TopicLook {

    private final Source source;
    private final Map<String, Uuid> ids = new HashMap<>();
    private boolean isFirst = true;

    /// What a look has shown.
    ///
    /// @param missing what is not there, for people; empty when everything is
    /// @param old topics that the first look finds
    /// @param anew topics that were there before, as others
    record Seen(String missing, Set<String> old, Set<String> anew) {}

    TopicLook(Source source) {
        this.source = source;
    }

    /// Compares what is there now with what was.
    ///
    /// @param there all topics, by name
    Seen look(Map<String, Uuid> there) {
        var old = new HashSet<String>();
        var anew = new HashSet<String>();
        for (var topic : there.entrySet()) {
            if (!isOurs(topic.getKey())) {
                continue;
            }
            var before = ids.put(topic.getKey(), topic.getValue());
            if (isFirst) {
                old.add(topic.getKey());
            } else if (before != null && !before.equals(topic.getValue())) {
                anew.add(topic.getKey());
            }
        }
        isFirst = false;
        return new Seen(missing(there), old, anew);
    }

    private boolean isOurs(String topic) {
        var pattern = source.pattern();
        return pattern == null
                ? source.topics().contains(topic)
                : pattern.matcher(topic).matches();
    }

    private String missing(Map<String, Uuid> there) {
        if (source.pattern() != null) {
            return there.keySet().stream().anyMatch(this::isOurs) ? "" : "waits for a topic that matches its pattern";
        }
        var missing = new TreeSet<>(source.topics());
        missing.removeAll(there.keySet());
        return missing.isEmpty() ? "" : "waits for topics that are not there: " + String.join(", ", missing);
    }
}
