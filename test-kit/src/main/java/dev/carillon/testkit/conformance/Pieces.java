package dev.carillon.testkit.conformance;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds the messages in a body that comes bit by bit. Confined to one thread at a time.
final class Pieces {

    /// What stands between messages.
    enum Form {
        /// Server-sent events, a message in each.
        EVENTS,
        /// A message on each line.
        LINES,
        /// Each message after its length.
        LENGTHS
    }

    private static final ByteString DATA = ByteString.copyFromUtf8("data: ");

    private final Form form;
    private byte[] buffer = new byte[1024];
    private int size;

    /// There is no line break before this place.
    private int searched;

    Pieces(Form form) {
        this.form = form;
    }

    /// The next bytes.
    ///
    /// @return the messages that are whole now, each as a frame of its own
    List<ByteString> more(ByteBuffer bytes) {
        int more = bytes.remaining();
        if (size + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * (size + more));
        }
        bytes.get(buffer, size, more);
        size += more;
        var whole = new ArrayList<ByteString>();
        int begin = 0;
        for (int end = end(begin); end >= 0; end = end(begin)) {
            add(begin, end, whole);
            begin = end;
            searched = end;
        }
        System.arraycopy(buffer, begin, buffer, 0, size - begin);
        size -= begin;
        searched = Math.max(0, searched - begin);
        return whole;
    }

    private void add(int begin, int end, List<ByteString> whole) {
        switch (form) {
            case LENGTHS -> whole.add(ByteString.copyFrom(buffer, begin, end - begin));
            case LINES -> whole.add(ByteString.copyFrom(buffer, begin, end - begin - 1));
            case EVENTS -> {
                var line = ByteString.copyFrom(buffer, begin, end - begin - 1);
                if (line.startsWith(DATA)) {
                    whole.add(line.substring(DATA.size()));
                }
            }
        }
    }

    /// Where the piece that begins there ends; -1 when it is not whole.
    private int end(int begin) {
        return form == Form.LENGTHS ? lengthEnd(begin) : lineEnd(begin);
    }

    private int lineEnd(int begin) {
        for (int at = Math.max(begin, searched); at < size; at++) {
            if (buffer[at] == '\n') {
                return at + 1;
            }
        }
        searched = size;
        return -1;
    }

    private int lengthEnd(int begin) {
        int length = 0;
        for (int at = begin; at < size; at++) {
            length |= (buffer[at] & 0x7F) << (7 * (at - begin));
            if (buffer[at] >= 0) {
                int end = at + 1 + length;
                return end <= size ? end : -1;
            }
        }
        return -1;
    }
}
