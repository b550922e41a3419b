package dev.carillon.fanout.route;

import dev.carillon.contract.Event;
import dev.carillon.contract.LogEntry;

/// Estimates of how large an entry is; never below the truth where that matters.
public final class Sizes {

    /// Objects, references and fixed fields of an entry.
    private static final int OVERHEAD = 400;

    private static final int MAX_UTF8_BYTES_PER_CHAR = 3;

    private Sizes() {}

    /// About what an entry takes in memory.
    static int inMemory(LogEntry entry) {
        var event = entry.event();
        return OVERHEAD + event.data().size() + texts(event) + extras(event);
    }

    /// At most what an entry takes in an inbox message.
    public static int encoded(LogEntry entry) {
        var event = entry.event();
        return 128 + event.data().size() + (texts(event) + extras(event)) * MAX_UTF8_BYTES_PER_CHAR;
    }

    private static int texts(Event event) {
        return event.id().value().length()
                + event.type().length()
                + event.source().length()
                + event.contentType().length()
                + event.channel().name().length();
    }

    private static int extras(Event event) {
        int size = 0;
        for (var tag : event.tags().entrySet()) {
            size += tag.getKey().length() + tag.getValue().length() + 16;
        }
        var publisher = event.publisher();
        if (publisher != null) {
            size += publisher.user().length() + publisher.client().length() + 32;
            size += publisher.connectionInfo().size() + publisher.channelInfo().size();
        }
        return size;
    }
}
