package dev.carillon.contract.client;

import com.google.protobuf.ByteString;

/// Who a client is, as others see it in presence, in joins and leaves, and beside publications.
///
/// @param user the user's id, empty for an anonymous one
/// @param client the connection's id
/// @param connInfo what the connection token says about the client; empty when nothing
/// @param chanInfo what the subscription token says about the client; empty when nothing
public record ClientInfo(String user, String client, ByteString connInfo, ByteString chanInfo) {
    /// A client about which nothing is known but its ids.
    public static ClientInfo of(String user, String client) {
        return new ClientInfo(user, client, ByteString.EMPTY, ByteString.EMPTY);
    }
}
