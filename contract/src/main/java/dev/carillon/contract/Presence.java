package dev.carillon.contract;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import java.nio.charset.StandardCharsets;

/// That a client is in a channel: a row of [Topics#PRESENCE_STATE]. A tombstone ends it.
///
/// @param channel where it is
/// @param member who it is; without infos when it is only counted
/// @param node where it is connected
/// @param incarnation of the node; see [NodeState]
/// @param counted whether it is only counted: nobody is told who it is
/// @param announced whether the channel's subscribers are told that it came and that it went
public record Presence(
        Channel channel, Member member, String node, long incarnation, boolean counted, boolean announced) {

    /// The row's key. As bytes: channel, line feed, client (a channel holds no line feed).
    public record Key(Channel channel, String client) {

        public byte[] toBytes() {
            return (channel.name() + '\n' + client).getBytes(StandardCharsets.UTF_8);
        }

        /// @throws IllegalArgumentException when `bytes` is no key
        public static Key fromBytes(byte[] bytes) {
            var text = new String(bytes, StandardCharsets.UTF_8);
            int feed = text.indexOf('\n');
            if (feed < 0) {
                throw new IllegalArgumentException("presence key has no line feed");
            }
            return new Key(new Channel(text.substring(0, feed)), text.substring(feed + 1));
        }
    }

    public Key key() {
        return new Key(channel, member.client());
    }

    /// The row's value, in Protobuf: `1 node  2 incarnation  3 user  4 connection info  5 channel info  6
    /// counted 7 announced`.
    public byte[] toBytes() {
        return ProtobufFields.write(out -> {
                    out.writeString(1, node);
                    out.writeInt64(2, incarnation);
                    out.writeString(3, member.user());
                    out.writeBytes(4, member.connectionInfo());
                    out.writeBytes(5, member.channelInfo());
                    out.writeBool(6, counted);
                    out.writeBool(7, announced);
                })
                .toByteArray();
    }

    /// @throws IllegalArgumentException when `value` cannot be read
    public static Presence fromBytes(Key key, byte[] value) {
        var texts = new String[] {"", ""};
        var incarnation = new long[1];
        var infos = new ByteString[] {ByteString.EMPTY, ByteString.EMPTY};
        var flags = new boolean[2];
        ProtobufFields.read(CodedInputStream.newInstance(value), (field, tag, in) -> {
            switch (field) {
                case 1 -> texts[0] = in.readStringRequireUtf8();
                case 2 -> incarnation[0] = in.readInt64();
                case 3 -> texts[1] = in.readStringRequireUtf8();
                case 4, 5 -> infos[field - 4] = in.readBytes();
                case 6, 7 -> flags[field - 6] = in.readBool();
                default -> in.skipField(tag);
            }
        });
        var member = new Member(texts[1], key.client(), infos[0], infos[1]);
        return new Presence(key.channel(), member, texts[0], incarnation[0], flags[0], flags[1]);
    }
}
