package dev.carillon.bench.load;

import java.util.function.IntFunction;

/// Socket.IO 4 over WebSocket alone. The server lets a client into a room upon `subscribe` with the room's
/// name, and acknowledges.
public record SocketIo(IntFunction<String> channel) implements Dialect {

    @Override
    public Conversation converse(int client, String host, Conversation.Ear ear) {
        return new WebSocketConversation(
                host, "/socket.io/?EIO=4&transport=websocket", new Talk(channel.apply(client), ear), ear);
    }

    private record Talk(String channel, Conversation.Ear ear) implements Speech {
        private static final byte[] CONNECT = Ascii.bytes("40");
        private static final byte[] EVENT = Ascii.bytes("42");
        private static final byte[] ACKNOWLEDGED = Ascii.bytes("43");
        private static final byte[] PONG = Ascii.bytes("3");

        @Override
        public void opened(Out out) {
            // The server speaks first.
        }

        @Override
        public void message(byte[] in, int from, int to, Out out) {
            if (Ascii.startsWith(in, from, to, EVENT)) {
                ear.heard(in, from, to);
            } else if (in[from] == '2') {
                out.text(PONG);
            } else if (in[from] == '0') {
                out.text(CONNECT);
            } else if (Ascii.startsWith(in, from, to, CONNECT)) {
                out.text(Ascii.bytes("420[\"subscribe\",\"" + channel + "\"]"));
            } else if (Ascii.startsWith(in, from, to, ACKNOWLEDGED)) {
                ear.listening();
            } else {
                ear.fault(Ascii.text(in, from, to));
            }
        }
    }
}
