package dev.carillon.connection.feed;

import com.google.protobuf.ByteString;
import dev.carillon.connection.delta.FossilDelta;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.LogEntry;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// An event at its place in the log, with the frames that were made of it.
///
/// Safe for use by many threads: frames are immutable, and two threads that make the same one make equal ones.
public final class Publication {

    private final LogEntry entry;
    private volatile @Nullable Patch patch;
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

    /// The patch that makes this publication's data of that of `previous`: made at the first call, for whatever
    /// came before this one then. That is the same for everybody who missed nothing.
    ///
    /// @return null for whoever has another one before this, and when the whole data is not larger
    public @Nullable ByteString patchAfter(Publication previous) {
        var known = patch;
        if (known == null) {
            known = new Patch(
                    previous.offset(), FossilDelta.between(previous.event().data(), event().data()));
            patch = known;
        }
        return known.after() == previous.offset() ? known.bytes() : null;
    }

    /// @param after the offset of the publication whose data is changed
    /// @param bytes null when a patch is of no use
    private record Patch(long after, @Nullable ByteString bytes) {}

    @Override
    public String toString() {
        return "Publication[channel=" + channel() + ", offset=" + offset() + "]";
    }
}
