package dev.carillon.bench.load;

import java.util.function.IntFunction;

/// Server-sent events. A client that comes back sends the id that it got last.
///
/// @param recover whether ids are remembered
public record EventStream(IntFunction<String> path, boolean recover) implements Dialect {

    @Override
    public Conversation converse(int client, String host, Conversation.Ear ear) {
        return new Talk(
                "GET " + path.apply(client) + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: text/event-stream\r\n",
                recover,
                ear);
    }

    private static final class Talk implements Conversation, HttpReader.Sink {
        private static final byte[] DATA = Ascii.bytes("data:");
        private static final byte[] ID = Ascii.bytes("id:");
        private static final byte[] GAP = Ascii.bytes("event: gap");
        private static final int OK = 200;

        private final String request;
        private final boolean recover;
        private final Ear ear;
        private final HttpReader reader = new HttpReader(this);
        private final Carry carry = new Carry();
        private final Carry.Eater lines = this::lines;
        private final Carry id = new Carry();

        Talk(String request, boolean recover, Ear ear) {
            this.request = request;
            this.recover = recover;
            this.ear = ear;
        }

        @Override
        public boolean recovers() {
            return recover;
        }

        @Override
        public void connected(Out out) {
            reader.reset();
            carry.clear();
            out.raw(Ascii.bytes(request));
            if (!id.isEmpty()) {
                out.raw(Ascii.bytes("Last-Event-ID: " + Ascii.text(id.bytes(), 0, id.size()) + "\r\n"));
            }
            out.raw(Ascii.bytes("\r\n"));
        }

        @Override
        public int take(byte[] in, int from, int to, Out out) {
            return reader.take(in, from, to);
        }

        @Override
        public void head(int status, byte[] in, int from, int to) {
            if (status == OK) {
                ear.listening();
            } else {
                ear.over(status);
            }
        }

        @Override
        public void body(byte[] in, int from, int to) {
            ear.message();
            carry.feed(in, from, to, lines);
        }

        @Override
        public void end() {
            ear.over(OK);
        }

        private int lines(byte[] in, int from, int to) {
            int at = from;
            for (int end = Ascii.find(in, at, to, (byte) '\n'); end >= 0; end = Ascii.find(in, at, to, (byte) '\n')) {
                if (Ascii.startsWith(in, at, end, DATA)) {
                    ear.heard(in, at, end);
                } else if (recover && Ascii.startsWith(in, at, end, ID)) {
                    remember(in, at + ID.length, end);
                } else if (Ascii.startsWith(in, at, end, GAP)) {
                    ear.fault("gap");
                }
                at = end + 1;
            }
            return at;
        }

        private void remember(byte[] in, int from, int to) {
            int start = in[from] == ' ' ? from + 1 : from;
            id.keep(in, start, in[to - 1] == '\r' ? to - 1 : to);
        }
    }
}
