package dev.carillon.testkit.conformance;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;

/// WebSocket, in both protocols.
@SuppressWarnings("ImmutableEnumChecker") // codecs have no state
public enum WebSocketTransport implements Transport {
    WEBSOCKET_JSON("centrifuge-json", JsonCodec.INSTANCE),
    WEBSOCKET_PROTOBUF("centrifuge-protobuf", ProtobufCodec.INSTANCE);

    private final String subprotocol;
    private final ProtocolCodec codec;

    WebSocketTransport(String subprotocol, ProtocolCodec codec) {
        this.subprotocol = subprotocol;
        this.codec = codec;
    }

    @Override
    public ProtocolCodec codec() {
        return codec;
    }

    @Override
    public int tooLarge() {
        return SocketLine.MESSAGE_TOO_BIG;
    }

    @Override
    public Line open(Door door, Ear ear) {
        return SocketLine.open(door.socket("/connection/websocket"), subprotocol, codec, ear);
    }

    /// A frame that this transport can carry whatever it holds: a text frame can only hold text.
    public ByteString carried(ByteString frame) {
        return this == WEBSOCKET_JSON ? ByteString.copyFromUtf8(frame.toStringUtf8()) : frame;
    }
}
