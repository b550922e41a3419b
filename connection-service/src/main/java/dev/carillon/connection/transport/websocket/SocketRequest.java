package dev.carillon.connection.transport.websocket;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client asked for when it opened its WebSocket.
///
/// @param protobuf whether it speaks Protobuf, in binary frames
/// @param framePings whether it wants the WebSocket's own pings instead of the protocol's
record SocketRequest(boolean protobuf, boolean framePings) {

    private static final String PROTOBUF = "centrifuge-protobuf";

    /// What a client may ask for in its handshake.
    static final List<String> SUBPROTOCOLS = List.of("centrifuge-json", PROTOBUF);

    static SocketRequest of(@Nullable String query, @Nullable String subprotocol) {
        var parameters =
                query == null ? Map.<String, List<String>>of() : new QueryStringDecoder(query, false).parameters();
        boolean protobuf = PROTOBUF.equals(subprotocol)
                || says(parameters, "cf_protocol", "protobuf")
                || says(parameters, "format", "protobuf");
        return new SocketRequest(protobuf, says(parameters, "cf_ws_frame_ping_pong", "true"));
    }

    private static boolean says(Map<String, List<String>> parameters, String name, String value) {
        return parameters.getOrDefault(name, List.of()).contains(value);
    }
}
