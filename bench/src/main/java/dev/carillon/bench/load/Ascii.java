package dev.carillon.bench.load;

import java.nio.charset.StandardCharsets;

/// Text as it stands on the wire.
final class Ascii {

    private Ascii() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] in, int from, int to) {
        return new String(in, from, to - from, StandardCharsets.UTF_8);
    }

    static boolean startsWith(byte[] in, int from, int to, byte[] what) {
        if (to - from < what.length) {
            return false;
        }
        for (int i = 0; i < what.length; i++) {
            if (in[from + i] != what[i]) {
                return false;
            }
        }
        return true;
    }

    /// Where it begins, or -1.
    static int find(byte[] in, int from, int to, byte[] what) {
        for (int at = find(in, from, to, what[0]); at >= 0; at = find(in, at + 1, to, what[0])) {
            if (startsWith(in, at, to, what)) {
                return at;
            }
        }
        return -1;
    }

    static int find(byte[] in, int from, int to, byte what) {
        for (int at = from; at < to; at++) {
            if (in[at] == what) {
                return at;
            }
        }
        return -1;
    }

    /// Where the last one begins, or -1.
    static int findLast(byte[] in, int from, int to, byte[] what) {
        for (int at = to - what.length; at >= from; at--) {
            if (startsWith(in, at, to, what)) {
                return at;
            }
        }
        return -1;
    }

    /// The decimal digits that begin there.
    static long number(byte[] in, int from, int to) {
        long number = 0;
        for (int at = from; at < to && in[at] >= '0' && in[at] <= '9'; at++) {
            number = number * 10 + in[at] - '0';
        }
        return number;
    }
}
