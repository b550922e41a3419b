package dev.carillon.contract;

import com.google.protobuf.CodedInputStream;
import org.jspecify.annotations.Nullable;

/// A question to the owner of a channel: a record of [Topics#CHANNEL_QUERY]. The answer comes to the node's
/// inbox.
public sealed interface ChannelQuery {

    /// Numbers the queries of one incarnation of a node; the answer carries it back.
    long queryId();

    /// Whose inbox gets the answer.
    String node();

    Channel channel();

    /// A page of the channel's past, answered by an [InboxMessage.HistoryPage].
    ///
    /// @param after where the page begins (excluded), or null for the oldest (in reverse: the newest) that is known
    /// @param limit how many entries at most, at least 0; with 0 only the position is wanted
    /// @param reverse newest first: entries before `after`
    record History(
            long queryId,
            String node,
            Channel channel,
            @Nullable Position after,
            int limit,
            boolean reverse) implements ChannelQuery {

        /// @throws IllegalArgumentException when `limit` is negative
        public History {
            if (limit < 0) {
                throw new IllegalArgumentException("limit is negative");
            }
        }
    }

    /// The record's value, in Protobuf: `1 history {1 query id  2 node  3 channel  4 epoch  5 offset  6 limit
    /// 7 reverse}`.
    default byte[] toBytes() {
        return switch (this) {
            case History history ->
                ProtobufFields.write(out -> out.writeBytes(1, ProtobufFields.write(body -> {
                            body.writeInt64(1, history.queryId());
                            body.writeString(2, history.node());
                            body.writeString(3, history.channel().name());
                            var after = history.after();
                            if (after != null) {
                                body.writeString(4, after.epoch());
                                body.writeInt64(5, after.offset());
                            }
                            body.writeInt32(6, history.limit());
                            body.writeBool(7, history.reverse());
                        })))
                        .toByteArray();
        };
    }

    /// @throws IllegalArgumentException when `bytes` is no query that this version knows
    static ChannelQuery fromBytes(byte[] bytes) {
        var found = new ChannelQuery[1];
        ProtobufFields.read(CodedInputStream.newInstance(bytes), (field, tag, in) -> {
            switch (field) {
                case 1 -> found[0] = history(in.readBytes().newCodedInput());
                default -> in.skipField(tag);
            }
        });
        if (found[0] == null) {
            throw new IllegalArgumentException("unknown kind of query");
        }
        return found[0];
    }

    private static History history(CodedInputStream bytes) {
        var numbers = new long[] {0, 0, 0, 0};
        var texts = new @Nullable String[] {"", "", null};
        ProtobufFields.read(bytes, (field, tag, in) -> {
            switch (field) {
                case 1 -> numbers[0] = in.readInt64();
                case 2, 3, 4 -> texts[field - 2] = in.readStringRequireUtf8();
                case 5, 6 -> numbers[field - 4] = in.readInt64();
                case 7 -> numbers[3] = in.readBool() ? 1 : 0;
                default -> in.skipField(tag);
            }
        });
        var epoch = texts[2];
        return new History(
                numbers[0],
                String.valueOf(texts[0]),
                new Channel(String.valueOf(texts[1])),
                epoch == null ? null : new Position(epoch, numbers[1]),
                Math.toIntExact(numbers[2]),
                numbers[3] == 1);
    }
}
