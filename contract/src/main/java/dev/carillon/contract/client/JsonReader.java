package dev.carillon.contract.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import dev.carillon.contract.JsonText;
import java.io.IOException;

/// Reads one message from a line of JSON, by its schema. What the schema does not name is skipped, `null` is
/// absent, and a payload is kept as it stands.
///
/// Confined to the thread that decodes.
final class JsonReader {
    private static final JsonFactory FRAMES = JsonText.factory(Limits.JSON_FRAME_DEPTH);

    /// A long has at most so many digits, with its sign.
    private static final int LONGEST_NUMBER = 20;

    private final String line;
    private final JsonParser parser;

    private JsonReader(String line, JsonParser parser) {
        this.line = line;
        this.parser = parser;
    }

    /// @throws MalformedFrameException when the line is anything but one such message
    static <T> T read(Message<T> message, String line) {
        try (var parser = JsonText.parser(FRAMES, line)) {
            var reader = new JsonReader(line, parser);
            parser.nextToken();
            T value = reader.object(message, 0);
            if (parser.nextToken() != null) {
                throw new MalformedFrameException("something follows a message on its line");
            }
            return value;
        } catch (IOException e) {
            throw new MalformedFrameException("not JSON", e);
        }
    }

    private <T> T object(Message<T> message, int depth) throws IOException {
        if (depth > Limits.MESSAGE_DEPTH) {
            throw new MalformedFrameException("messages are nested too deeply");
        }
        require(JsonToken.START_OBJECT);
        var values = new Values();
        int seen = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var field = message.named(parser.currentName());
            parser.nextToken();
            if (field == null) {
                values.skipped();
                parser.skipChildren();
                continue;
            }
            int bit = 1 << field.number();
            if ((seen & bit) != 0) {
                throw new MalformedFrameException("a field is there twice");
            }
            seen |= bit;
            value(field, values, depth);
        }
        return message.make(values);
    }

    private void value(Field<?> field, Values values, int depth) throws IOException {
        if (field instanceof Field.Raw<?>) {
            values.set(field.number(), payload());
            return;
        }
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        switch (field) {
            case Field.Text<?> _ -> values.set(field.number(), text());
            case Field.Raw<?> _ -> {}
            case Field.Flag<?> _ -> values.set(field.number(), flag());
            case Field.Whole<?> whole -> values.set(field.number(), whole.checked(whole()));
            case Field.One<?, ?> one -> values.set(field.number(), object(one.message(), depth + 1));
            case Field.Many<?, ?> many ->
                elements(() -> values.add(field.number(), object(many.message().get(), depth + 1)));
            case Field.Texts<?> _ -> elements(() -> values.add(field.number(), text()));
            case Field.TextMap<?> _ -> entries(key -> values.put(field.number(), key, text()));
            case Field.MessageMap<?, ?> map ->
                entries(key -> values.put(field.number(), key, object(map.message(), depth + 1)));
        }
    }

    private void elements(Element element) throws IOException {
        require(JsonToken.START_ARRAY);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    private void entries(Entry entry) throws IOException {
        require(JsonToken.START_OBJECT);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var key = wellFormed(parser.currentName());
            parser.nextToken();
            entry.read(key);
        }
    }

    /// The value exactly as it was written, `null` included.
    private ByteString payload() throws IOException {
        int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        parser.skipChildren();
        parser.finishToken();
        int end = Math.toIntExact(parser.currentLocation().getCharOffset());
        return ByteString.copyFromUtf8(line.substring(start, end));
    }

    private String text() throws IOException {
        require(JsonToken.VALUE_STRING);
        return wellFormed(parser.getText());
    }

    /// Escapes can spell half a character, which no encoding can carry on.
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                int whole = text.codePointAt(i);
                if (!Character.isSupplementaryCodePoint(whole)) {
                    throw new MalformedFrameException("half a character");
                }
                i++;
            }
        }
        return text;
    }

    private boolean flag() {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case null, default -> throw new MalformedFrameException("a field has the wrong type");
        };
    }

    private long whole() throws IOException {
        require(JsonToken.VALUE_NUMBER_INT);
        if (parser.getTextLength() > LONGEST_NUMBER) {
            throw new MalformedFrameException("number out of range");
        }
        return parser.getLongValue();
    }

    private void require(JsonToken expected) {
        if (parser.currentToken() != expected) {
            throw new MalformedFrameException("a field has the wrong type");
        }
    }

    /// Reads what stands at the parser's token, inside an array.
    private interface Element {
        void read() throws IOException;
    }

    /// Reads what stands at the parser's token, inside an object.
    private interface Entry {
        void read(String key) throws IOException;
    }
}
