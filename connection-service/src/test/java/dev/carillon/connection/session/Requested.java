package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.FilterNode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.StreamPosition;
import org.jspecify.annotations.Nullable;

/// A subscribe command with more to it than a channel.
record Requested(String channel, String delta, @Nullable FilterNode filter, boolean positioned, long flag) {

    static Requested of(String channel) {
        return new Requested(channel, "", null, false, 0);
    }

    Requested delta(String kind) {
        return new Requested(channel, kind, filter, positioned, flag);
    }

    Requested filter(FilterNode node) {
        return new Requested(channel, delta, node, positioned, flag);
    }

    Requested asPositioned() {
        return new Requested(channel, delta, filter, true, flag);
    }

    Requested rejectingUnrecovered() {
        return new Requested(channel, delta, filter, positioned, Method.Subscribe.REJECT_UNRECOVERED);
    }

    Method.Subscribe make() {
        return new Method.Subscribe(
                channel,
                "",
                false,
                StreamPosition.NONE,
                ByteString.EMPTY,
                positioned,
                false,
                false,
                delta,
                filter,
                flag,
                0);
    }
}
