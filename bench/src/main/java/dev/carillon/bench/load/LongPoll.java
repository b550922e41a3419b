package dev.carillon.bench.load;

import java.util.function.IntFunction;

/// Carillon's long poll. A client first asks where its channel is, and then always for what came since.
public record LongPoll(IntFunction<String> channel) implements Dialect {

    @Override
    public Conversation converse(int client, String host, Conversation.Ear ear) {
        return new Talk(channel.apply(client), host, ear);
    }

    private static final class Talk extends Polling {
        private static final byte[] CHANNELS = Ascii.bytes("\"channels\":{");
        private static final byte[] GAPS = Ascii.bytes("\"gaps\":[\"");

        private final String host;
        private String positions;
        private String wait = "0s";

        Talk(String channel, String host, Ear ear) {
            super(ear);
            this.positions = "\"channels\":{\"" + channel + "\":null}";
            this.host = host;
        }

        @Override
        void answered(byte[] in, int size) {
            if (Ascii.find(in, 0, size, GAPS) >= 0) {
                ear.fault(Ascii.text(in, 0, size));
            }
            int at = Ascii.findLast(in, 0, size, CHANNELS);
            if (at < 0) {
                ear.fault(Ascii.text(in, 0, size));
                return;
            }
            positions = Ascii.text(in, at, closing(in, at + CHANNELS.length, size));
            if (wait.equals("0s")) {
                wait = "25s";
                ear.listening();
            }
        }

        /// After the brace that closes an object which holds objects.
        private static int closing(byte[] in, int from, int to) {
            int depth = 1;
            int at = from;
            while (depth > 0 && at < to) {
                depth += in[at] == '{' ? 1 : in[at] == '}' ? -1 : 0;
                at++;
            }
            return at;
        }

        @Override
        void poll(Out out) {
            var content = Ascii.bytes("{" + positions + ",\"wait\":\"" + wait + "\"}");
            out.raw(Ascii.bytes("POST /v1/poll HTTP/1.1\r\nHost: " + host
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + content.length + "\r\n\r\n"));
            out.raw(content);
        }
    }
}
