package dev.carillon.contract;

import com.google.protobuf.ByteString;

/// The client that published an event; backends publish without.
///
/// @param user the user's id, may be empty
/// @param client the connection's id; empty for a client that published with a plain request
/// @param connectionInfo JSON that the connection's token brought, may be empty
/// @param channelInfo JSON that the subscription's token brought, may be empty
public record Publisher(String user, String client, ByteString connectionInfo, ByteString channelInfo) {}
