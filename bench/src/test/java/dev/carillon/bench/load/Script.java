package dev.carillon.bench.load;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// What a server says, put together byte by byte, and told to a conversation in pieces.
final class Script {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Script text(String text) {
        bytes.writeBytes(Ascii.bytes(text));
        return this;
    }

    Script upgrade() {
        return text("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
    }

    Script message(String text) {
        return frame(0x81, Ascii.bytes(text));
    }

    /// As servers send them: without a mask.
    Script frame(int first, byte[] payload) {
        bytes.write(first);
        if (payload.length < 126) {
            bytes.write(payload.length);
        } else {
            boolean isShort = payload.length < 1 << 16;
            bytes.write(isShort ? 126 : 127);
            for (int i = isShort ? 1 : 7; i >= 0; i--) {
                bytes.write((int) ((long) payload.length >>> (8 * i)));
            }
        }
        bytes.writeBytes(payload);
        return this;
    }

    int size() {
        return bytes.size();
    }

    /// Tells it all, cut at one place, and returns what was answered.
    byte[] tell(Conversation conversation, int cut) {
        var all = bytes.toByteArray();
        var out = new Out();
        conversation.connected(out);
        out.clear();
        var carry = new Carry();
        Carry.Eater eater = (in, from, to) -> conversation.take(in, from, to, out);
        carry.feed(all, 0, cut, eater);
        carry.feed(all, cut, all.length, eater);
        return Arrays.copyOf(out.bytes(), out.size());
    }

    /// Tells it byte by byte.
    void tellSlowly(Conversation conversation) {
        var all = bytes.toByteArray();
        var out = new Out();
        conversation.connected(out);
        var carry = new Carry();
        for (int i = 0; i < all.length; i++) {
            carry.feed(all, i, i + 1, (in, from, to) -> conversation.take(in, from, to, out));
        }
    }
}
