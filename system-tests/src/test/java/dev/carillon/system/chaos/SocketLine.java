package dev.carillon.system.chaos;

import dev.carillon.contract.client.ProtocolCodec;
import java.io.IOException;

/// The client protocol over WebSocket.
final class SocketLine implements Line {

    private final ProtocolCodec codec;
    private final Account account;
    private final Members members;

    SocketLine(ProtocolCodec codec, Account account, Members members) {
        this.codec = codec;
        this.account = account;
        this.members = members;
    }

    @Override
    public void listen(Instance node, Stay stay) throws IOException, InterruptedException {
        var conversation = new Conversation(account, members);
        try (var socket = Socket.open(node, codec)) {
            socket.send(conversation.hello());
            while (!stay.isOver()) {
                for (var reply : socket.next(SILENCE_MILLIS)) {
                    socket.send(conversation.take(reply));
                }
            }
        } finally {
            conversation.over();
        }
    }
}
