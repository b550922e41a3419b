package dev.carillon.bench.load;

import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Carillon's own: the Centrifuge client protocol, version 2, as JSON over WebSocket.
///
/// @param channels what each client subscribes to, all in the frame in which it connects
/// @param token each client's JWT, or null against a service that asks for none
/// @param recover whether clients remember their position and ask for what they missed; for one channel per client
public record Centrifuge(
        String path,
        IntFunction<List<String>> channels,
        @Nullable IntFunction<String> token,
        boolean recover) implements Dialect {

    /// Where services have it.
    public static final String PATH = "/connection/websocket";

    public Centrifuge {
        if (recover && channels.apply(0).size() != 1) {
            throw new IllegalArgumentException("recover: for one channel per client");
        }
    }

    @Override
    public int channelsPerClient() {
        return channels.apply(0).size();
    }

    @Override
    public Conversation converse(int client, String host, Conversation.Ear ear) {
        var speech = new Talk(channels.apply(client), token == null ? null : token.apply(client), recover, ear);
        return new WebSocketConversation(host, path, speech, ear);
    }

    private static final class Talk implements Speech {
        private static final byte[] PING = Ascii.bytes("{}");
        private static final byte[] PUSH = Ascii.bytes("{\"push\":");
        private static final byte[] OFFSET = Ascii.bytes("\"offset\":");
        private static final byte[] EPOCH = Ascii.bytes("\"epoch\":\"");
        private static final byte[] SUBSCRIBED = Ascii.bytes("\"subscribe\":{");
        private static final byte[] CONNECTED = Ascii.bytes("\"connect\":{");
        private static final byte[] ERROR = Ascii.bytes("\"error\":{\"code\":");
        private static final byte[] RECOVERED = Ascii.bytes("\"recovered\":true");

        private final List<String> channels;
        private final @Nullable String token;
        private final boolean recover;
        private final Conversation.Ear ear;
        private int unanswered;
        private String epoch = "";
        private long offset;

        Talk(List<String> channels, @Nullable String token, boolean recover, Conversation.Ear ear) {
            this.channels = channels;
            this.token = token;
            this.recover = recover;
            this.ear = ear;
        }

        @Override
        public boolean recovers() {
            return recover;
        }

        @Override
        public void opened(Out out) {
            var commands = new StringBuilder(160).append("{\"id\":1,\"connect\":{");
            if (token != null) {
                commands.append("\"token\":\"").append(token).append('"');
            }
            commands.append("}}");
            for (int i = 0; i < channels.size(); i++) {
                commands.append("\n{\"id\":").append(i + 2).append(",\"subscribe\":{\"channel\":\"");
                commands.append(channels.get(i)).append('"');
                if (!epoch.isEmpty()) {
                    commands.append(",\"recover\":true,\"epoch\":\"").append(epoch);
                    commands.append("\",\"offset\":").append(offset);
                }
                commands.append("}}");
            }
            unanswered = channels.size() + 1;
            out.text(Ascii.bytes(commands.toString()));
        }

        @Override
        public void message(byte[] in, int from, int to, Out out) {
            int at = from;
            while (at < to) {
                int end = Ascii.find(in, at, to, (byte) '\n');
                end = end < 0 ? to : end;
                reply(in, at, end, out);
                at = end + 1;
            }
        }

        private void reply(byte[] in, int from, int to, Out out) {
            if (Ascii.startsWith(in, from, to, PUSH)) {
                push(in, from, to);
            } else if (to - from == PING.length) {
                out.text(PING);
            } else if (Ascii.find(in, from, to, SUBSCRIBED) >= 0) {
                subscribed(in, from, to);
            } else if (Ascii.find(in, from, to, CONNECTED) >= 0) {
                answered();
            } else {
                refused(in, from, to);
            }
        }

        /// As SDKs do with errors that are temporary, it tries again; here with a connection of its own.
        private void refused(byte[] in, int from, int to) {
            int code = Ascii.find(in, from, to, ERROR);
            if (code >= 0) {
                ear.over((int) Ascii.number(in, code + ERROR.length, to));
            } else {
                ear.fault(Ascii.text(in, from, to));
            }
        }

        private void push(byte[] in, int from, int to) {
            if (ear.heard(in, from, to) == 0) {
                // A subscription that ended, most likely.
                ear.fault(Ascii.text(in, from, to));
            }
            if (recover) {
                int at = Ascii.findLast(in, from, to, OFFSET);
                if (at >= 0) {
                    offset = Ascii.number(in, at + OFFSET.length, to);
                }
            }
        }

        private void subscribed(byte[] in, int from, int to) {
            if (!epoch.isEmpty()) {
                if (Ascii.find(in, from, to, RECOVERED) < 0) {
                    ear.fault(Ascii.text(in, from, Math.min(to, from + 200)));
                }
                ear.recovered(in, from, to);
            }
            if (recover) {
                int known = Ascii.find(in, from, to, EPOCH);
                if (known >= 0) {
                    int start = known + EPOCH.length;
                    epoch = Ascii.text(in, start, Ascii.find(in, start, to, (byte) '"'));
                    offset = Math.max(offset, furthest(in, from, to));
                }
            }
            answered();
        }

        /// The largest offset of the reply: its own is from where it recovers, those of its publications are
        /// beyond.
        private static long furthest(byte[] in, int from, int to) {
            long furthest = 0;
            for (int at = Ascii.find(in, from, to, OFFSET); at >= 0; at = Ascii.find(in, at + 1, to, OFFSET)) {
                furthest = Math.max(furthest, Ascii.number(in, at + OFFSET.length, to));
            }
            return furthest;
        }

        private void answered() {
            unanswered--;
            if (unanswered == 0) {
                ear.listening();
            }
        }
    }
}
