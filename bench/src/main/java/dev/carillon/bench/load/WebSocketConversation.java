package dev.carillon.bench.load;

/// The client's side of WebSocket (RFC 6455). Messages reach the speech where they lie; only those that came in
/// several frames are put together first.
final class WebSocketConversation implements Conversation {

    /// Ended without a close frame, or with one that gives no reason.
    static final int NO_STATUS = 1005;

    private static final int OPCODE_TEXT = 1;
    private static final int OPCODE_BINARY = 2;
    private static final int OPCODE_CLOSE = 8;
    private static final int OPCODE_PING = 9;
    private static final int OPCODE_PONG = 10;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final byte[] HEAD_END = Ascii.bytes("\r\n\r\n");
    private static final int STATUS_AT = 9;

    private final byte[] handshake;
    private final Speech speech;
    private final Ear ear;
    private final Carry fragments = new Carry();
    private boolean open;

    WebSocketConversation(String host, String path, Speech speech, Ear ear) {
        this.handshake = handshake(host, path);
        this.speech = speech;
        this.ear = ear;
    }

    @Override
    public void connected(Out out) {
        open = false;
        fragments.clear();
        out.raw(handshake);
    }

    @Override
    public boolean recovers() {
        return speech.recovers();
    }

    @Override
    public int take(byte[] in, int from, int to, Out out) {
        int at = from;
        if (!open) {
            at = upgraded(in, from, to, out);
            if (!open) {
                return at;
            }
        }
        while (to - at >= 2) {
            long length = in[at + 1] & 0x7f;
            int head = 2;
            if (length == 126) {
                head = 4;
            } else if (length == 127) {
                head = 10;
            }
            if (to - at < head) {
                return at;
            }
            if (head > 2) {
                length = number(in, at + 2, at + head);
            }
            if (to - at - head < length) {
                return at;
            }
            int payload = at + head;
            at = payload + (int) length;
            frame(in[payload - head] & 0xff, in, payload, at, out);
        }
        return at;
    }

    private int upgraded(byte[] in, int from, int to, Out out) {
        int end = Ascii.find(in, from, to, HEAD_END);
        if (end < 0) {
            return from;
        }
        int status = (int) Ascii.number(in, from + STATUS_AT, end);
        if (status != SWITCHING_PROTOCOLS) {
            ear.over(status);
            return to;
        }
        open = true;
        speech.opened(out);
        return end + HEAD_END.length;
    }

    private void frame(int first, byte[] in, int from, int to, Out out) {
        boolean last = (first & 0x80) != 0;
        int opcode = first & 0x0f;
        switch (opcode) {
            case 0, OPCODE_TEXT, OPCODE_BINARY -> {
                ear.message();
                data(last, in, from, to, out);
            }
            case OPCODE_PING -> out.frame(OPCODE_PONG, in, from, to);
            case OPCODE_PONG -> {
                // We have not asked.
            }
            case OPCODE_CLOSE -> ear.over(to - from >= 2 ? (int) number(in, from, from + 2) : NO_STATUS);
            default -> {
                ear.fault("opcode " + opcode);
                ear.over(NO_STATUS);
            }
        }
    }

    private void data(boolean last, byte[] in, int from, int to, Out out) {
        if (last && fragments.isEmpty()) {
            speech.message(in, from, to, out);
            return;
        }
        fragments.add(in, from, to);
        if (last) {
            speech.message(fragments.bytes(), 0, fragments.size(), out);
            fragments.clear();
        }
    }

    private static long number(byte[] in, int from, int to) {
        long number = 0;
        for (int at = from; at < to; at++) {
            number = (number << 8) | (in[at] & 0xff);
        }
        return number;
    }

    private static byte[] handshake(String host, String path) {
        return Ascii.bytes(
                "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    }
}
