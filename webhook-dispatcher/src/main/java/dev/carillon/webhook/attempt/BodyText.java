package dev.carillon.webhook.attempt;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/// The beginning of an answer's body as text, for the ledger; nothing when it is no text.
final class BodyText {

    private BodyText() {}

    /// @param bytes may end within a character
    static String of(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        var text = CharBuffer.allocate(bytes.length);
        var result = decoder.decode(ByteBuffer.wrap(bytes), text, false);
        if (result.isError()) {
            return "";
        }
        var decoded = text.flip().toString();
        return decoded.chars().anyMatch(BodyText::isControl) ? "" : decoded;
    }

    private static boolean isControl(int c) {
        return (c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 127;
    }
}
