package dev.carillon.fanout.presence;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Member;
import dev.carillon.contract.Presence;

/// One client in one channel, as its newest row says. Confined to the thread of the partition's owner.
final class Membership {

    private final Presence row;
    private final boolean listed;
    private final boolean heard;
    private final long offset;
    private boolean ending;

    /// @param offset of the row
    /// @param listed whether it is remembered who the client is; otherwise the client only counts
    /// @param heard whether anybody hears that it came and that it goes
    Membership(Presence row, long offset, boolean listed, boolean heard) {
        this.row = listed ? row : withoutInfos(row);
        this.offset = offset;
        this.listed = listed;
        this.heard = heard;
    }

    Presence row() {
        return row;
    }

    Member member() {
        return row.member();
    }

    long offset() {
        return offset;
    }

    boolean isListed() {
        return listed;
    }

    boolean isHeard() {
        return heard;
    }

    /// Whether its tombstone is on the way.
    boolean isEnding() {
        return ending;
    }

    void ending(boolean yes) {
        ending = yes;
    }

    private static Presence withoutInfos(Presence row) {
        var nobody = new Member(row.member().user(), row.member().client(), ByteString.EMPTY, ByteString.EMPTY);
        return new Presence(row.channel(), nobody, row.node(), row.incarnation(), true, row.announced());
    }
}
