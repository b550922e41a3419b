package dev.carillon.testkit.conformance;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
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

    private static final String DATA = "data: ";

    private final Form form;
    private ByteString rest = ByteString.EMPTY;

    /// There is no line break before this place.
    private int searched;

    Pieces(Form form) {
        this.form = form;
    }

    /// The next bytes.
    ///
    /// @return the messages that are whole now, each as a frame of its own
    List<ByteString> more(ByteString bytes) {
        rest = rest.concat(bytes);
        var whole = new ArrayList<ByteString>();
        int end = end();
        while (end >= 0) {
            var piece = rest.substring(0, end);
            rest = rest.substring(end);
            searched = 0;
            add(piece, whole);
            end = end();
        }
        return whole;
    }

    private void add(ByteString piece, List<ByteString> whole) {
        switch (form) {
            case LENGTHS -> whole.add(piece);
            case LINES -> whole.add(piece.substring(0, piece.size() - 1));
            case EVENTS -> {
                if (piece.startsWith(ByteString.copyFromUtf8(DATA))) {
                    whole.add(piece.substring(DATA.length(), piece.size() - 1));
                }
            }
        }
    }

    /// Where the first piece ends; -1 when it is not whole.
    private int end() {
        return form == Form.LENGTHS ? lengthEnd() : lineEnd();
    }

    private int lineEnd() {
        for (int at = searched; at < rest.size(); at++) {
            if (rest.byteAt(at) == '\n') {
                return at + 1;
            }
        }
        searched = rest.size();
        return -1;
    }

    private int lengthEnd() {
        int length = 0;
        for (int at = 0; at < rest.size(); at++) {
            length |= (rest.byteAt(at) & 0x7F) << (7 * at);
            if (rest.byteAt(at) >= 0) {
                int end = at + 1 + length;
                return end <= rest.size() ? end : -1;
            }
        }
        return -1;
    }
}
