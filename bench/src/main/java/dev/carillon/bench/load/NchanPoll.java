package dev.carillon.bench.load;

import java.util.function.IntFunction;

/// Long poll as nchan does it: a request without an end, answered by one message that says what to ask for
/// next.
public record NchanPoll(IntFunction<String> path) implements Dialect {

    @Override
    public Conversation converse(int client, String host, Conversation.Ear ear) {
        return new Talk("GET " + path.apply(client) + " HTTP/1.1\r\nHost: " + host + "\r\n", ear);
    }

    private static final class Talk extends Polling {
        private final String request;
        private String since = "";

        Talk(String request, Ear ear) {
            super(ear);
            this.request = request;
        }

        @Override
        public void connected(Out out) {
            super.connected(out);
            // It has no answer that would say so.
            ear.listening();
        }

        @Override
        void poll(Out out) {
            out.raw(Ascii.bytes(request + since + "\r\n"));
        }

        @Override
        public void head(int status, byte[] in, int from, int to) {
            super.head(status, in, from, to);
            since = "If-Modified-Since: " + HttpReader.header(in, from, to, "last-modified") + "\r\nIf-None-Match: "
                    + HttpReader.header(in, from, to, "etag") + "\r\n";
        }

        @Override
        void answered(byte[] in, int size) {
            // What to ask for next stood in the head.
        }
    }
}
