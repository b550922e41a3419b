package dev.carillon.contract;

import com.google.protobuf.CodedInputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// That a node follows a channel: a row of [Topics#INTEREST_STATE]. A tombstone ends it.
///
/// @param key channel and node
/// @param incarnation of the node; see [NodeState]
/// @param followId numbers the follows of a node; the answer carries it back
/// @param since what the node has already, or null when it only wants what comes
/// @param reach the highest offset that somebody on the node says to have seen, where that is beyond `since`: the
///     answer tells whether that can be; 0 for none
public record Interest(
        Key key, long incarnation, long followId, @Nullable Position since, long reach) {

    public Interest(Key key, long incarnation, long followId, @Nullable Position since) {
        this(key, incarnation, followId, since, 0);
    }

    /// The row's key. As bytes: channel, line feed, node (neither holds a line feed).
    public record Key(Channel channel, String node) {

        public byte[] toBytes() {
            return (channel.name() + '\n' + node).getBytes(StandardCharsets.US_ASCII);
        }

        /// @throws IllegalArgumentException when `bytes` is no key
        public static Key fromBytes(byte[] bytes) {
            var text = new String(bytes, StandardCharsets.US_ASCII);
            int feed = text.indexOf('\n');
            if (feed < 0) {
                throw new IllegalArgumentException("interest key has no line feed");
            }
            return new Key(new Channel(text.substring(0, feed)), text.substring(feed + 1));
        }
    }

    /// The row's value, in Protobuf.
    public byte[] toBytes() {
        return ProtobufFields.write(out -> {
                    out.writeInt64(1, incarnation);
                    out.writeInt64(2, followId);
                    if (since != null) {
                        out.writeString(3, since.epoch());
                        out.writeInt64(4, since.offset());
                    }
                    if (reach > 0) {
                        out.writeInt64(5, reach);
                    }
                })
                .toByteArray();
    }

    /// @throws IllegalArgumentException when `value` cannot be read
    public static Interest fromBytes(Key key, byte[] value) {
        var numbers = new long[4];
        var epoch = new @Nullable String[1];
        ProtobufFields.read(CodedInputStream.newInstance(value), (field, tag, in) -> {
            switch (field) {
                case 1, 2 -> numbers[field - 1] = in.readInt64();
                case 3 -> epoch[0] = in.readStringRequireUtf8();
                case 4, 5 -> numbers[field - 2] = in.readInt64();
                default -> in.skipField(tag);
            }
        });
        var since = epoch[0] == null ? null : new Position(epoch[0], numbers[2]);
        return new Interest(key, numbers[0], numbers[1], since, numbers[3]);
    }
}
