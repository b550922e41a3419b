package dev.carillon.bench.load;

/// Publishes to NATS over TCP. NATS acknowledges nothing, so a `PING` follows each publication: its `PONG` says
/// that the server has it.
public record NatsPublish() implements PublishDialect {

    @Override
    public Payload request(String channel, String host, int size, int batch) {
        var content = Payload.json(size);
        return Payload.of(
                ("PUB " + channel + " " + content.length() + "\r\n" + content + "\r\n").repeat(batch) + "PING\r\n");
    }

    @Override
    public Reader reader(Ear ear) {
        return new Lines(ear);
    }

    private record Lines(Ear ear) implements Reader {
        private static final byte[] PING = Ascii.bytes("PING");
        private static final byte[] PONG = Ascii.bytes("PONG");
        private static final byte[] ERROR = Ascii.bytes("-ERR");

        @Override
        public void connected(Out out) {
            out.raw(Ascii.bytes(
                    "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\",\"version\":\"1\"}\r\n"));
        }

        @Override
        public int take(byte[] in, int from, int to, Out out) {
            int at = from;
            for (int end = Ascii.find(in, at, to, (byte) '\n'); end >= 0; end = Ascii.find(in, at, to, (byte) '\n')) {
                if (Ascii.startsWith(in, at, end, PONG)) {
                    ear.answered(200);
                } else if (Ascii.startsWith(in, at, end, PING)) {
                    out.raw(Ascii.bytes("PONG\r\n"));
                } else if (Ascii.startsWith(in, at, end, ERROR)) {
                    ear.answered(400);
                }
                at = end + 1;
            }
            return at;
        }
    }
}
