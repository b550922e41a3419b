package dev.carillon.connection.conformance;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.FilterNode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.StreamPosition;
import org.jspecify.annotations.Nullable;

/// A subscribe command with more to it than a channel.
record Asked(String channel, String delta, @Nullable FilterNode filter, long flag, int type) {

    static Asked of(String channel) {
        return new Asked(channel, "", null, 0, 0);
    }

    Asked delta(String kind) {
        return new Asked(channel, kind, filter, flag, type);
    }

    Asked filter(FilterNode node) {
        return new Asked(channel, delta, node, flag, type);
    }

    Asked flag(long bits) {
        return new Asked(channel, delta, filter, bits, type);
    }

    Asked type(int kind) {
        return new Asked(channel, delta, filter, flag, kind);
    }

    Method.Subscribe make() {
        return new Method.Subscribe(
                channel,
                "",
                false,
                StreamPosition.NONE,
                ByteString.EMPTY,
                false,
                false,
                false,
                delta,
                filter,
                flag,
                type);
    }
}
