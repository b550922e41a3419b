package dev.carillon.fanout.presence;

import dev.carillon.fanout.route.Watermark;
import org.jspecify.annotations.Nullable;

/// Somebody who went, and of whom nobody was told yet, because the same user may be back in a moment. Confined
/// to the thread of the partition's owner.
final class Leaving {

    private final Membership membership;
    private final long offset;
    private final long timestamp;
    private final long due;
    private final Watermark.@Nullable Ticket ticket;
    private boolean silent;
    private boolean settled;

    /// @param offset of the tombstone
    /// @param timestamp of the tombstone, in milliseconds
    /// @param due when to tell, in nanoseconds
    /// @param ticket holds the commit below the tombstone, so that whoever owns the partition next tells it
    Leaving(Membership membership, long offset, long timestamp, long due, Watermark.@Nullable Ticket ticket) {
        this.membership = membership;
        this.offset = offset;
        this.timestamp = timestamp;
        this.due = due;
        this.ticket = ticket;
    }

    Membership membership() {
        return membership;
    }

    long offset() {
        return offset;
    }

    long timestamp() {
        return timestamp;
    }

    long due() {
        return due;
    }

    Watermark.@Nullable Ticket ticket() {
        return ticket;
    }

    /// Whether the owner before told it already, if it was to be told.
    boolean isSilent() {
        return silent;
    }

    void silence() {
        silent = true;
    }

    /// Whether it was told, or is not to be told any more.
    boolean isSettled() {
        return settled;
    }

    void settle() {
        settled = true;
    }
}
