package dev.carillon.contract;

import com.google.protobuf.ByteString;

/// A client that is in a channel, as others in the channel may see it.
///
/// @param user the user's id, empty for an anonymous one
/// @param client the connection's id
/// @param connectionInfo JSON that the connection's token brought, may be empty
/// @param channelInfo JSON that the subscription's token brought, may be empty
public record Member(String user, String client, ByteString connectionInfo, ByteString channelInfo) {

    /// In Protobuf, numbered as the client protocol's ClientInfo.
    ByteString toBytes() {
        return EventCodec.publisher(new Publisher(user, client, connectionInfo, channelInfo));
    }

    /// @throws IllegalArgumentException when `bytes` cannot be read
    static Member fromBytes(ByteString bytes) {
        var read = EventCodec.publisher(bytes);
        return new Member(read.user(), read.client(), read.connectionInfo(), read.channelInfo());
    }
}
