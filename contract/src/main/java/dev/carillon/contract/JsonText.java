package dev.carillon.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.Optional;

/// Data of others that may be JSON, and JSON of others that is to be read. Pure functions.
public final class JsonText {
    /// Nesting of data that goes out inside JSON; above what may come in, so that no client is cut off for what
    /// another one was allowed to publish.
    private static final int EMBEDDED_DEPTH = 1_000;

    private static final JsonFactory EMBEDDED = factory(EMBEDDED_DEPTH);

    private JsonText() {}

    /// A factory for untrusted input. Names are neither interned nor kept in a table that a peer could fill.
    public static JsonFactory factory(int depth) {
        return JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(depth).build())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
    }

    /// A parser over characters, which has no encoding to guess.
    public static JsonParser parser(JsonFactory factory, String text) throws IOException {
        var chars = text.toCharArray();
        return factory.createParser(chars, 0, chars.length);
    }

    /// Whether `data` can stand inside a JSON document as it is: exactly one JSON value in UTF-8.
    public static boolean isJson(ByteString data) {
        return data.isValidUtf8() && isOneValue(data.toStringUtf8());
    }

    /// The data as it can be embedded in JSON, without a raw line break, which would end a message in the eyes
    /// of a client; empty when it is not exactly one JSON value in UTF-8.
    public static Optional<String> embeddable(ByteString data) {
        if (!data.isValidUtf8()) {
            return Optional.empty();
        }
        var text = data.toStringUtf8();
        return isOneValue(text) ? Optional.of(withoutLineBreaks(text)) : Optional.empty();
    }

    private static boolean isOneValue(String text) {
        try (var parser = parser(EMBEDDED, text)) {
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

    /// Inside a JSON string a line break is always escaped, so a raw one stands between tokens and means
    /// nothing.
    private static String withoutLineBreaks(String text) {
        if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
            return text;
        }
        return text.replace("\n", "").replace("\r", "");
    }
}
