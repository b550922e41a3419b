package dev.carillon.connection.feed;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.LogEntry;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// An event at its place in the log, with the frames that were made of it.
///
/// Safe for use by many threads: frames are immutable, and two threads that make the same one make equal ones.
public final class Publication {

    private final LogEntry entry;
    private final AtomicReferenceArray<Object> frames = new AtomicReferenceArray<>(Framing.Slot.COUNT);

    public Publication(LogEntry entry) {
        this.entry = entry;
    }

    public LogEntry entry() {
        return entry;
    }

    public long offset() {
        return entry.offset();
    }

    public Event event() {
        return entry.event();
    }

    public Channel channel() {
        return entry.event().channel();
    }

    /// The publication in a form, made at the first call. What the framer throws goes to the caller.
    @SuppressWarnings("unchecked") // one framing per slot, so what is in the slot is its T
    public <T> T as(Framing<T> framing) {
        int slot = framing.slot().index();
        var known = frames.get(slot);
        if (known == null) {
            known = framing.framer().apply(entry);
            frames.set(slot, known);
        }
        return (T) known;
    }

    @Override
    public String toString() {
        return "Publication[channel=" + channel() + ", offset=" + offset() + "]";
    }
}
