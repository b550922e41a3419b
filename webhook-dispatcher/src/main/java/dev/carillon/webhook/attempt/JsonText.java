package dev.carillon.webhook.attempt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Tells whether bytes can stand inside a JSON document as they are: exactly one JSON value in UTF-8.
final class JsonText {

    private static final JsonFactory JSON = new JsonFactory();
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private JsonText() {}

    static boolean is(ByteString bytes) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.asReadOnlyByteBuffer())
                    .toString();
            return !text.isEmpty() && text.charAt(0) != BYTE_ORDER_MARK && isOneValue(text);
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isOneValue(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}
