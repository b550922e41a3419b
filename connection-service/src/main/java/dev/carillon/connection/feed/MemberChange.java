package dev.carillon.connection.feed;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Member;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/// Somebody came into a channel or went from it, with the frames that were made of that.
///
/// Safe for use by many threads: frames are immutable, and two threads that make the same one make equal ones.
public final class MemberChange {

    private final Channel channel;
    private final Member member;
    private final boolean joined;
    private final AtomicReferenceArray<Object> frames = new AtomicReferenceArray<>(Framing.Slot.COUNT);

    /// @param joined whether it came; otherwise it went
    public MemberChange(Channel channel, Member member, boolean joined) {
        this.channel = channel;
        this.member = member;
        this.joined = joined;
    }

    public Channel channel() {
        return channel;
    }

    public Member member() {
        return member;
    }

    public boolean isJoin() {
        return joined;
    }

    /// The change in a form, made at the first call.
    ///
    /// @param framer makes the form; for each slot always the same
    @SuppressWarnings("unchecked") // one framer per slot, so what is in the slot is its T
    public <T> T as(Framing.Slot slot, Function<MemberChange, T> framer) {
        var known = frames.get(slot.index());
        if (known == null) {
            known = framer.apply(this);
            frames.set(slot.index(), known);
        }
        return (T) known;
    }
}
