package dev.carillon.bench.load;

import java.util.function.IntFunction;

/// A WebSocket whose path says what is subscribed, and whose messages are the publications.
public record BareWebSocket(IntFunction<String> path) implements Dialect {

    @Override
    public Conversation converse(int client, String host, Conversation.Ear ear) {
        return new WebSocketConversation(host, path.apply(client), new Talk(ear), ear);
    }

    private record Talk(Conversation.Ear ear) implements Speech {
        @Override
        public void opened(Out out) {
            ear.listening();
        }

        @Override
        public void message(byte[] in, int from, int to, Out out) {
            ear.heard(in, from, to);
        }
    }
}
