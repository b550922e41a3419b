package dev.carillon.connection.hook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import dev.carillon.contract.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The JSON of one question. Texts that are empty are left out.
///
/// Confined to one call.
final class Question {

    private static final JsonFactory JSON = new JsonFactory();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final JsonGenerator json;

    private Question() throws IOException {
        this.json = JSON.createGenerator(bytes);
        json.writeStartObject();
    }

    static Question about(Caller caller) {
        try {
            return new Question()
                    .with("client", caller.client())
                    .with("protocol", caller.protocol())
                    .with("encoding", caller.protocol().equals("json") ? "json" : "binary")
                    .with("user", caller.user())
                    .withJson("meta", caller.meta());
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes it", e);
        }
    }

    Question with(String name, String text) {
        try {
            if (!text.isEmpty()) {
                json.writeStringField(name, text);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes it", e);
        }
    }

    /// As `name` when it is JSON, else in base64 as `b64<name>`.
    Question withJson(String name, ByteString data) {
        try {
            if (data.isEmpty()) {
                return this;
            }
            var embeddable = JsonText.embeddable(data);
            if (embeddable.isPresent()) {
                json.writeFieldName(name);
                json.writeRawValue(embeddable.get());
            } else {
                json.writeBinaryField("b64" + name, data.toByteArray());
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes it", e);
        }
    }

    byte[] bytes() {
        try {
            json.writeEndObject();
            json.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes it", e);
        }
    }
}
