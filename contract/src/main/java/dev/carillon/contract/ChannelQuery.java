package dev.carillon.contract;

import com.google.protobuf.CodedInputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

    /// The oldest page of what came into the log at a time or later, answered by an [InboxMessage.HistoryPage].
    ///
    /// @param since by the timestamps of the log's records, in whole milliseconds
    /// @param limit how many entries at most, at least 1
    record HistorySince(long queryId, String node, Channel channel, Instant since, int limit) implements ChannelQuery {

        /// @throws IllegalArgumentException when `limit` is not positive
        public HistorySince {
            if (limit < 1) {
                throw new IllegalArgumentException("limit is not positive");
            }
            since = since.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    /// Who is in the channel, answered by [InboxMessage.Members].
    ///
    /// @param after the owner answers as soon as it has read the rows of [Topics#PRESENCE_STATE] below this offset
    ///     of the channel's partition: what the asking node wrote itself, so that it sees its own clients
    record Members(long queryId, String node, Channel channel, long after) implements ChannelQuery {}

    /// How many are in the channel, answered by [InboxMessage.MemberCounts].
    ///
    /// @param after as in [Members]
    record MemberCounts(long queryId, String node, Channel channel, long after) implements ChannelQuery {}

    /// The record's value, in Protobuf: exactly one of `1 history  2 members  3 member counts  30 history
    /// since`, and in it `1 query id  2 node  3 channel  4 epoch  5 after (an offset)  6 limit  7 reverse  30
    /// since (milliseconds)`.
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
            case HistorySince(var id, var asker, var name, var since, var most) ->
                ProtobufFields.write(out -> out.writeBytes(30, ProtobufFields.write(body -> {
                            body.writeInt64(1, id);
                            body.writeString(2, asker);
                            body.writeString(3, name.name());
                            body.writeInt32(6, most);
                            body.writeInt64(30, since.toEpochMilli());
                        })))
                        .toByteArray();
            case Members(var id, var asker, var name, var after) -> members(2, id, asker, name, after);
            case MemberCounts(var id, var asker, var name, var after) -> members(3, id, asker, name, after);
        };
    }

    private static byte[] members(int kind, long queryId, String node, Channel channel, long after) {
        return ProtobufFields.write(out -> out.writeBytes(kind, ProtobufFields.write(body -> {
                    body.writeInt64(1, queryId);
                    body.writeString(2, node);
                    body.writeString(3, channel.name());
                    body.writeInt64(5, after);
                })))
                .toByteArray();
    }

    /// @throws IllegalArgumentException when `bytes` is no query that this version knows
    static ChannelQuery fromBytes(byte[] bytes) {
        var found = new ChannelQuery[1];
        ProtobufFields.read(CodedInputStream.newInstance(bytes), (field, tag, in) -> {
            switch (field) {
                case 1, 2, 3, 30 -> found[0] = read(field, in.readBytes().newCodedInput());
                default -> in.skipField(tag);
            }
        });
        if (found[0] == null) {
            throw new IllegalArgumentException("unknown kind of query");
        }
        return found[0];
    }

    private static ChannelQuery read(int kind, CodedInputStream bytes) {
        var numbers = new long[] {0, 0, 0, 0, 0};
        var texts = new @Nullable String[] {"", "", null};
        ProtobufFields.read(bytes, (field, tag, in) -> {
            switch (field) {
                case 1 -> numbers[0] = in.readInt64();
                case 2, 3, 4 -> texts[field - 2] = in.readStringRequireUtf8();
                case 5, 6 -> numbers[field - 4] = in.readInt64();
                case 7 -> numbers[3] = in.readBool() ? 1 : 0;
                case 30 -> numbers[4] = in.readInt64();
                default -> in.skipField(tag);
            }
        });
        var node = String.valueOf(texts[0]);
        var channel = new Channel(String.valueOf(texts[1]));
        var epoch = texts[2];
        return switch (kind) {
            case 1 ->
                new History(
                        numbers[0],
                        node,
                        channel,
                        epoch == null ? null : new Position(epoch, numbers[1]),
                        Math.toIntExact(numbers[2]),
                        numbers[3] == 1);
            case 2 -> new Members(numbers[0], node, channel, numbers[1]);
            case 30 ->
                new HistorySince(
                        numbers[0], node, channel, Instant.ofEpochMilli(numbers[4]), Math.toIntExact(numbers[2]));
            default -> new MemberCounts(numbers[0], node, channel, numbers[1]);
        };
    }
}
