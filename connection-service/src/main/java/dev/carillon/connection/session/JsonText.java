package dev.carillon.connection.session;

import com.fasterxml.jackson.core.JsonFactory;
import com.google.protobuf.ByteString;
import java.io.IOException;

/// Tells whether bytes are JSON: clients that speak Protobuf do not say what they send.
final class JsonText {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonText() {}

    /// Whether `data` is exactly one JSON value.
    static boolean isJson(ByteString data) {
        if (data.isEmpty() || !data.isValidUtf8()) {
            return false;
        }
        try (var parser = JSON.createParser(data.newInput())) {
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
