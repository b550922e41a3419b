package dev.carillon.bench.load;

import java.util.Arrays;

/// What is to be written to the connection at hand. One per loop, empty between two connections.
final class Out {

    private static final int OPCODE_TEXT = 1;
    private static final int OPCODE_BINARY = 2;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int MASK = 0x37fa213d;

    private byte[] bytes = new byte[4096];
    private int size;

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void raw(byte[] what) {
        raw(what, 0, what.length);
    }

    void raw(byte[] what, int from, int to) {
        int at = room(to - from);
        System.arraycopy(what, from, bytes, at, to - from);
    }

    void text(byte[] message) {
        frame(OPCODE_TEXT, message, 0, message.length);
    }

    void binary(byte[] message) {
        frame(OPCODE_BINARY, message, 0, message.length);
    }

    /// One frame of WebSocket, masked as those of clients are.
    void frame(int opcode, byte[] payload, int from, int to) {
        int length = to - from;
        if (length < 126) {
            int at = room(2);
            bytes[at] = (byte) (FINAL | opcode);
            bytes[at + 1] = (byte) (MASKED | length);
        } else if (length < 1 << 16) {
            int at = room(4);
            bytes[at] = (byte) (FINAL | opcode);
            bytes[at + 1] = (byte) (MASKED | 126);
            bytes[at + 2] = (byte) (length >>> 8);
            bytes[at + 3] = (byte) length;
        } else {
            int at = room(10);
            bytes[at] = (byte) (FINAL | opcode);
            bytes[at + 1] = (byte) (MASKED | 127);
            number(at + 2, 0);
            number(at + 6, length);
        }
        number(room(4), MASK);
        int at = room(length);
        for (int i = 0; i < length; i++) {
            bytes[at + i] = (byte) (payload[from + i] ^ (MASK >>> (24 - 8 * (i & 3))));
        }
    }

    private void number(int at, int number) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (number >>> (24 - 8 * i));
        }
    }

    private int room(int more) {
        int at = size;
        size += more;
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size, 2 * bytes.length));
        }
        return at;
    }
}
