package dev.carillon.testkit.conformance;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.FilterNode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.StreamPosition;
import org.jspecify.annotations.Nullable;

/// A subscribe command with more to it than a channel.
public record Asked(String channel, String delta, @Nullable FilterNode filter, long flag, int type, boolean joinLeave) {

    public static Asked of(String channel) {
        return new Asked(channel, "", null, 0, 0, false);
    }

    public Asked delta(String kind) {
        return new Asked(channel, kind, filter, flag, type, joinLeave);
    }

    public Asked filter(FilterNode node) {
        return new Asked(channel, delta, node, flag, type, joinLeave);
    }

    Asked flag(long bits) {
        return new Asked(channel, delta, filter, bits, type, joinLeave);
    }

    Asked type(int kind) {
        return new Asked(channel, delta, filter, flag, kind, joinLeave);
    }

    /// Wants to hear who comes and goes.
    Asked withChanges() {
        return new Asked(channel, delta, filter, flag, type, true);
    }

    public Method.Subscribe make() {
        return new Method.Subscribe(
                channel,
                "",
                false,
                StreamPosition.NONE,
                ByteString.EMPTY,
                false,
                false,
                joinLeave,
                delta,
                filter,
                flag,
                type);
    }
}
