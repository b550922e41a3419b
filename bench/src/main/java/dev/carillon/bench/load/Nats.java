package dev.carillon.bench.load;

import java.util.function.IntFunction;

/// NATS over WebSocket: a stream of lines and payloads, which frames may cut anywhere.
public record Nats(IntFunction<String> subject) implements Dialect {

    @Override
    public Conversation converse(int client, String host, Conversation.Ear ear) {
        return new WebSocketConversation(host, "/", new Talk(subject.apply(client), ear), ear);
    }

    private static final class Talk implements Speech {
        private static final byte[] MESSAGE = Ascii.bytes("MSG ");
        private static final byte[] PING = Ascii.bytes("PING");
        private static final byte[] PONG = Ascii.bytes("PONG");
        private static final byte[] ANSWER = Ascii.bytes("PONG\r\n");
        private static final byte[] ERROR = Ascii.bytes("-ERR");

        private final String subject;
        private final Conversation.Ear ear;
        private final Carry carry = new Carry();
        private final Carry.Eater eater = this::take;
        private boolean pinged;

        Talk(String subject, Conversation.Ear ear) {
            this.subject = subject;
            this.ear = ear;
        }

        @Override
        public void opened(Out out) {
            carry.clear();
            out.binary(Ascii.bytes(
                    "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\",\"version\":\"1\"}\r\nSUB "
                            + subject
                            + " 1\r\nPING\r\n"));
        }

        @Override
        public void message(byte[] in, int from, int to, Out out) {
            carry.feed(in, from, to, eater);
            if (pinged) {
                pinged = false;
                out.binary(ANSWER);
            }
        }

        private int take(byte[] in, int from, int to) {
            int at = from;
            while (true) {
                int end = Ascii.find(in, at, to, (byte) '\n');
                if (end < 0) {
                    return at;
                }
                int next = end + 1;
                if (Ascii.startsWith(in, at, end, MESSAGE)) {
                    next += length(in, at, end) + 2;
                    if (next > to) {
                        return at;
                    }
                    ear.heard(in, end + 1, next);
                } else {
                    line(in, at, end);
                }
                at = next;
            }
        }

        private void line(byte[] in, int from, int end) {
            if (Ascii.startsWith(in, from, end, PONG)) {
                ear.listening();
            } else if (Ascii.startsWith(in, from, end, PING)) {
                pinged = true;
            } else if (Ascii.startsWith(in, from, end, ERROR)) {
                ear.fault(Ascii.text(in, from, end));
            }
        }

        /// The last word of the line.
        private static int length(byte[] in, int from, int end) {
            int at = end - 1;
            while (in[at - 1] != ' ') {
                at--;
            }
            return at < from ? 0 : (int) Ascii.number(in, at, end);
        }
    }
}
