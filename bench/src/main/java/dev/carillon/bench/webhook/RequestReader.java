package dev.carillon.bench.webhook;

import dev.carillon.bench.load.Marker;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Takes HTTP/1.1 requests out of the bytes of one connection, however they come in pieces, and looks into
/// their bodies for a [Marker]. Its fields tell of the request that was read last; there are no objects per
/// request.
///
/// Confined to the receiver's thread.
final class RequestReader {

    /// A request that does not fit is none of ours.
    private static final int MOST = 4 * 1024 * 1024;

    private static final int CHUNKED = -1;

    /// What the bytes so far come to.
    enum Standing {
        /// The request has not come to its end.
        MORE,
        /// There is one; its facts are in the fields.
        REQUEST,
        /// This is not HTTP as far as we know it.
        BROKEN
    }

    private byte[] bytes = new byte[2048];
    private ByteBuffer window = ByteBuffer.wrap(bytes);
    private byte[] decoded = new byte[0];
    private int start;
    private int end;
    /// Relative to the start, like all places below: up to where there is no end of the head.
    private int scanned;
    /// Where the body begins, or 0 when the head is not complete.
    private int bodyAt;
    private int bodyLength;
    private long readAt;

    /// When its first byte was there.
    long arrivedAt;
    /// The first letter of its path, which says how to treat it.
    char kind;
    /// The number behind that in its path, or -1.
    int endpoint;
    /// What its marker says; -1 without one.
    long due;

    long sequence;

    /// Where to put the next bytes; tell of them with [#took].
    ByteBuffer room() {
        if (start == end) {
            start = 0;
            end = 0;
        } else if (end == bytes.length) {
            makeRoom();
        }
        return window.clear().position(end);
    }

    /// There are bytes up to the position of what [#room] gave.
    void took(long now) {
        if (start == end) {
            arrivedAt = now;
        }
        readAt = now;
        end = window.position();
    }

    /// Looks for the next request.
    Standing next() {
        if (bodyAt == 0) {
            int head = headEnd();
            if (head < 0) {
                return end - start > MOST ? Standing.BROKEN : Standing.MORE;
            }
            if (!readHead(head)) {
                return Standing.BROKEN;
            }
            bodyAt = head;
        }
        int whole = bodyLength == CHUNKED ? chunks() : body();
        if (whole <= 0) {
            return whole < 0 || end - start > MOST ? Standing.BROKEN : Standing.MORE;
        }
        start += whole;
        scanned = 0;
        bodyAt = 0;
        return Standing.REQUEST;
    }

    /// The request that was told of is dealt with: what follows came with the last bytes.
    void done() {
        arrivedAt = readAt;
    }

    private void makeRoom() {
        int length = end - start;
        if (length > bytes.length / 2) {
            bytes = Arrays.copyOfRange(bytes, start, start + bytes.length * 2);
            window = ByteBuffer.wrap(bytes);
        } else {
            System.arraycopy(bytes, start, bytes, 0, length);
        }
        start = 0;
        end = length;
    }

    /// The length of the head with the empty line behind it, or -1.
    private int headEnd() {
        for (int at = start + scanned; at + 4 <= end; at++) {
            if (bytes[at] == '\r' && bytes[at + 1] == '\n' && bytes[at + 2] == '\r' && bytes[at + 3] == '\n') {
                return at + 4 - start;
            }
        }
        scanned = Math.max(0, end - start - 3);
        return -1;
    }

    /// @return false when it is none
    private boolean readHead(int length) {
        int headEnd = start + length - 2;
        int path = indexOf((byte) ' ', start, headEnd) + 1;
        if (path == 0 || path + 1 >= headEnd || bytes[path] != '/') {
            return false;
        }
        kind = (char) bytes[path + 1];
        endpoint = pathNumber(path + 1, headEnd);
        bodyLength = 0;
        int line = indexOf((byte) '\n', path, headEnd) + 1;
        while (line > 0 && line < headEnd) {
            int next = indexOf((byte) '\n', line, headEnd) + 1;
            if (!readField(line, (next == 0 ? headEnd : next) - 1)) {
                return false;
            }
            line = next;
        }
        return true;
    }

    private boolean readField(int from, int to) {
        if (startsWith("content-length:", from, to)) {
            bodyLength = decimal(from + "content-length:".length(), to);
            return bodyLength >= 0 && bodyLength <= MOST;
        }
        if (startsWith("transfer-encoding:", from, to)) {
            bodyLength = CHUNKED;
        }
        return true;
    }

    /// The length of the request, or 0 when it is not all there.
    private int body() {
        int whole = bodyAt + bodyLength;
        if (end - start < whole) {
            return 0;
        }
        readMarker(bytes, start + bodyAt, start + whole);
        return whole;
    }

    /// The same for a body in chunks: less than 0 when they are none.
    private int chunks() {
        int at = start + bodyAt;
        int length = 0;
        while (true) {
            int line = indexOf((byte) '\n', at, end) + 1;
            if (line == 0) {
                return 0;
            }
            int size = hexadecimal(at, line);
            if (size < 0 || size > MOST) {
                return -1;
            }
            if (size == 0) {
                int whole = trailersEnd(line);
                if (whole > 0) {
                    readMarker(decoded, 0, length);
                }
                return whole;
            }
            if (end - line < size + 2) {
                return 0;
            }
            length = append(line, size, length);
            at = line + size + 2;
        }
    }

    private int append(int from, int size, int length) {
        if (decoded.length < length + size) {
            decoded = Arrays.copyOf(decoded, Math.max(decoded.length * 2, length + size));
        }
        System.arraycopy(bytes, from, decoded, length, size);
        return length + size;
    }

    /// The length of the request, whose last chunk is before `from`, or 0.
    private int trailersEnd(int from) {
        int at = from;
        while (true) {
            int next = indexOf((byte) '\n', at, end) + 1;
            if (next == 0) {
                return 0;
            }
            if (next - at <= 2) {
                return next - start;
            }
            at = next;
        }
    }

    private void readMarker(byte[] body, int from, int to) {
        int at = Marker.find(body, from, to);
        due = at < 0 ? -1 : Marker.timeAt(body, at);
        sequence = at < 0 ? -1 : Marker.idAt(body, at);
    }

    private int pathNumber(int from, int to) {
        int slash = indexOf((byte) '/', from, to);
        int space = indexOf((byte) ' ', from, to);
        return slash < 0 || space < slash ? -1 : decimal(slash + 1, space);
    }

    /// The digits after spaces and up to what is none; -1 without any.
    private int decimal(int from, int to) {
        int at = from;
        while (at < to && bytes[at] == ' ') {
            at++;
        }
        int number = -1;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9' && number < 100_000_000) {
            number = Math.max(number, 0) * 10 + bytes[at] - '0';
            at++;
        }
        return number;
    }

    private int hexadecimal(int from, int to) {
        int number = -1;
        for (int at = from; at < to; at++) {
            int digit = Character.digit(bytes[at], 16);
            if (digit < 0 || number >= 0x1000000) {
                break;
            }
            number = Math.max(number, 0) << 4 | digit;
        }
        return number;
    }

    private int indexOf(byte wanted, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    private boolean startsWith(String lower, int from, int to) {
        if (to - from < lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (Character.toLowerCase(bytes[from + i]) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
