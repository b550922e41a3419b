package dev.carillon.bench.load;

/// Reads the responses of HTTP/1.1, one after another. Takes heads and sizes of chunks when they are whole, and
/// of bodies whatever is there.
final class HttpReader {

    /// Told of the parts of each response in their order.
    interface Sink {
        void head(int status, byte[] in, int from, int to);

        void body(byte[] in, int from, int to);

        void end();
    }

    private enum Step {
        HEAD,
        COUNTED,
        ENDLESS,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
    }

    private static final byte[] HEAD_END = Ascii.bytes("\r\n\r\n");
    private static final byte[] LINE_END = Ascii.bytes("\r\n");
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int STATUS_AT = 9;

    private final Sink sink;
    private Step step = Step.HEAD;
    private long left;

    HttpReader(Sink sink) {
        this.sink = sink;
    }

    /// A new connection.
    void reset() {
        step = Step.HEAD;
        left = 0;
    }

    int take(byte[] in, int from, int to) {
        int at = from;
        while (at < to) {
            int next =
                    switch (step) {
                        case HEAD -> head(in, at, to);
                        case COUNTED, CHUNK, ENDLESS -> body(in, at, to);
                        case CHUNK_SIZE, CHUNK_END, TRAILER -> line(in, at, to);
                    };
            if (next == at) {
                return at;
            }
            at = next;
        }
        return at;
    }

    /// The value of a header, as text without case, or an empty text.
    static String header(byte[] in, int from, int to, String name) {
        for (var line : Ascii.text(in, from, to).lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }

    private int head(byte[] in, int from, int to) {
        int end = Ascii.find(in, from, to, HEAD_END);
        if (end < 0) {
            return from;
        }
        int status = (int) Ascii.number(in, from + STATUS_AT, end);
        var length = header(in, from, end, "content-length");
        boolean chunked = header(in, from, end, "transfer-encoding").equalsIgnoreCase("chunked");
        sink.head(status, in, from, end);
        if (status == SWITCHING_PROTOCOLS || status == NO_CONTENT || length.equals("0")) {
            sink.end();
        } else if (chunked) {
            step = Step.CHUNK_SIZE;
        } else if (length.isEmpty()) {
            step = Step.ENDLESS;
        } else {
            step = Step.COUNTED;
            left = Long.parseLong(length);
        }
        return end + HEAD_END.length;
    }

    private int body(byte[] in, int from, int to) {
        if (step == Step.ENDLESS) {
            sink.body(in, from, to);
            return to;
        }
        int end = (int) Math.min(to, from + left);
        sink.body(in, from, end);
        left -= end - from;
        if (left == 0) {
            if (step == Step.CHUNK) {
                step = Step.CHUNK_END;
            } else {
                over();
            }
        }
        return end;
    }

    private int line(byte[] in, int from, int to) {
        int end = Ascii.find(in, from, to, LINE_END);
        if (end < 0) {
            return from;
        }
        if (step == Step.CHUNK_END) {
            step = Step.CHUNK_SIZE;
        } else if (step == Step.TRAILER) {
            if (end == from) {
                over();
            }
        } else {
            left = size(in, from, end);
            step = left == 0 ? Step.TRAILER : Step.CHUNK;
        }
        return end + LINE_END.length;
    }

    private void over() {
        step = Step.HEAD;
        sink.end();
    }

    private static long size(byte[] in, int from, int end) {
        long size = 0;
        for (int at = from; at < end; at++) {
            int digit = Character.digit(in[at], 16);
            if (digit < 0) {
                break;
            }
            size = 16 * size + digit;
        }
        return size;
    }
}
