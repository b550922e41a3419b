package dev.carillon.testkit.conformance;

import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtocolCodec;

/// Ways for clients that only listen: the first frame is a connect request, and nothing comes after it.
public enum ListenerTransport implements Transport {
    UNI_WEBSOCKET,
    UNI_SSE,
    UNI_HTTP_STREAM;

    @Override
    public ProtocolCodec codec() {
        return JsonCodec.UNIDIRECTIONAL;
    }

    @Override
    public int tooLarge() {
        return this == UNI_WEBSOCKET ? SocketLine.MESSAGE_TOO_BIG : StreamLine.CONTENT_TOO_LARGE;
    }

    @Override
    public Line open(Door door, Ear ear) {
        return switch (this) {
            case UNI_WEBSOCKET -> SocketLine.open(door.socket("/connection/uni_websocket"), "", codec(), ear);
            case UNI_SSE -> new StreamLine(door, "/connection/uni_sse", Pieces.Form.EVENTS, codec(), ear);
            case UNI_HTTP_STREAM ->
                new StreamLine(door, "/connection/uni_http_stream", Pieces.Form.LINES, codec(), ear);
        };
    }
}
