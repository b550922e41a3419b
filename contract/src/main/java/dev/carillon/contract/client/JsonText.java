package dev.carillon.contract.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.ByteString;
import java.io.IOException;

/// Payloads on their way into JSON: only what is JSON may be embedded, and never a raw line break, which would
/// end the message in the client's eyes.
public final class JsonText {
    private static final JsonFactory PAYLOADS = factory(Limits.JSON_PAYLOAD_DEPTH);

    private JsonText() {}

    /// A factory for untrusted input. Names are neither interned nor kept in a table that a peer could fill.
    static JsonFactory factory(int depth) {
        return JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(depth).build())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
    }

    /// The payload as it can be embedded.
    ///
    /// @throws InappropriateDataException when it is not one JSON value in UTF-8
    public static String embeddable(ByteString payload) {
        if (!payload.isValidUtf8()) {
            throw new InappropriateDataException("data is not UTF-8");
        }
        var text = payload.toStringUtf8();
        if (!isOneValue(text)) {
            throw new InappropriateDataException("data is not JSON");
        }
        return withoutLineBreaks(text);
    }

    private static boolean isOneValue(String text) {
        try (var parser = parser(PAYLOADS, text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException _) {
            return false;
        }
    }

    /// A parser over characters, which has no encoding to guess.
    static JsonParser parser(JsonFactory factory, String text) throws IOException {
        var chars = text.toCharArray();
        return factory.createParser(chars, 0, chars.length);
    }

    /// Inside a JSON string a line break is always escaped, so a raw one stands between tokens and means
    /// nothing.
    private static String withoutLineBreaks(String text) {
        if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
            return text;
        }
        return text.replace("\n", "").replace("\r", "");
    }
}
