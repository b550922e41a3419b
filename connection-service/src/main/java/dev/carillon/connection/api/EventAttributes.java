package dev.carillon.connection.api;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes an event of what somebody brought as its attributes, and says of each what is wrong with it. What is
/// not brought gets a default.
///
/// Confined to one call.
final class EventAttributes {

    private final String pointerPrefix;
    private final Map<String, String> brought;
    private final List<FieldFault> faults = new ArrayList<>();

    /// @param pointerPrefix comes before an attribute's name where a fault points to it
    /// @param brought texts by attribute
    EventAttributes(String pointerPrefix, Map<String, String> brought) {
        this.pointerPrefix = pointerPrefix;
        this.brought = brought;
    }

    /// @throws ProblemException with one entry per attribute that is wrong
    Event event(Channel channel, String contentType, ByteString data, Map<String, String> tags, Instant now) {
        var version = brought.get("specversion");
        if (version != null && !version.equals("1.0")) {
            fault("specversion", "only CloudEvents 1.0 are understood");
        }
        var id = id();
        var type = bounded("type", Event.DEFAULT_TYPE, Event.MAX_TYPE_LENGTH);
        var source = bounded("source", Event.DEFAULT_SOURCE, 2048);
        var time = time(now);
        if (id == null || !faults.isEmpty()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the event's attributes are not valid", faults);
        }
        return new Event(id, type, source, time, channel, contentType, data, tags, null);
    }

    private Event.@Nullable Id id() {
        var text = brought.get("id");
        if (text == null) {
            return Event.Id.random();
        }
        try {
            return new Event.Id(text);
        } catch (IllegalArgumentException e) {
            fault("id", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private String bounded(String name, String otherwise, int max) {
        var text = brought.getOrDefault(name, otherwise);
        if (text.isEmpty() || text.length() > max) {
            fault(name, "must have 1 to " + max + " characters");
        }
        return text;
    }

    private Instant time(Instant now) {
        var text = brought.get("time");
        if (text == null) {
            return now;
        }
        try {
            return EventRecords.time(text);
        } catch (DateTimeException e) {
            fault("time", "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z");
            return now;
        }
    }

    private void fault(String name, String detail) {
        faults.add(new FieldFault(pointerPrefix + name, detail));
    }
}
