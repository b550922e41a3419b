package dev.carillon.connection.transport.websocket;

import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.ProtobufCodec;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/// Protobuf in binary frames.
final class BinaryWire extends SocketWire {

    BinaryWire(WebSocketConnection connection) {
        super(connection);
    }

    @Override
    Uni<Void> send(WebSocketConnection to, List<Frame> frames) {
        return to.sendBinary(
                Buffer.buffer(ProtobufCodec.INSTANCE.join(frames).bytes().toByteArray()));
    }
}
