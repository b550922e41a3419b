package dev.carillon.connection.transport.websocket;

import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import java.util.List;

/// JSON in text frames.
final class TextWire extends SocketWire {

    TextWire(WebSocketConnection connection) {
        super(connection);
    }

    @Override
    Uni<Void> send(WebSocketConnection to, List<Frame> frames) {
        return to.sendText(JsonCodec.INSTANCE.joinText(frames));
    }
}
