package dev.carillon.contract.client;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.carillon.contract.JsonText;
import java.io.IOException;
import java.util.Map;

/// Writes messages as JSON objects, by their schema.
final class JsonWriter {
    private final JsonGenerator out;

    JsonWriter(JsonGenerator out) {
        this.out = out;
    }

    <T> void write(Message<T> message, T value) throws IOException {
        out.writeStartObject();
        for (var field : message.fields()) {
            write(field, value);
        }
        out.writeEndObject();
    }

    private <T> void write(Field<T> field, T value) throws IOException {
        switch (field) {
            case Field.Text<T> text -> writeText(text, text.get().apply(value));
            case Field.Raw<T> raw -> {
                var payload = raw.get().apply(value);
                if (!payload.isEmpty()) {
                    out.writeFieldName(raw.name());
                    out.writeRawValue(JsonText.embeddable(payload).orElseThrow(InappropriateDataException::new));
                }
            }
            case Field.Flag<T> flag -> {
                if (flag.get().test(value)) {
                    out.writeBooleanField(flag.name(), true);
                }
            }
            case Field.Whole<T> whole -> {
                long number = whole.get().applyAsLong(value);
                if (whole.always() || number != 0) {
                    out.writeNumberField(whole.name(), number);
                }
            }
            case Field.One<T, ?> one -> writeOne(one, value);
            case Field.Many<T, ?> many -> writeMany(many, value);
            case Field.Texts<T> texts -> {
                var list = texts.get().apply(value);
                if (!list.isEmpty()) {
                    out.writeFieldName(texts.name());
                    out.writeArray(list.toArray(String[]::new), 0, list.size());
                }
            }
            case Field.TextMap<T> map -> writeTexts(map.name(), map.get().apply(value));
            case Field.MessageMap<T, ?> map -> writeMessages(map, value);
        }
    }

    private void writeText(Field.Text<?> field, String text) throws IOException {
        if (field.always() || !text.isEmpty()) {
            out.writeStringField(field.name(), text);
        }
    }

    private <T, V> void writeOne(Field.One<T, V> field, T value) throws IOException {
        var nested = field.get().apply(value);
        if (nested != null) {
            out.writeFieldName(field.name());
            write(field.message(), nested);
        }
    }

    private <T, V> void writeMany(Field.Many<T, V> field, T value) throws IOException {
        var list = field.get().apply(value);
        if (field.always() || !list.isEmpty()) {
            out.writeArrayFieldStart(field.name());
            for (var element : list) {
                write(field.message().get(), element);
            }
            out.writeEndArray();
        }
    }

    private void writeTexts(String name, Map<String, String> map) throws IOException {
        if (!map.isEmpty()) {
            out.writeObjectFieldStart(name);
            for (var entry : map.entrySet()) {
                out.writeStringField(entry.getKey(), entry.getValue());
            }
            out.writeEndObject();
        }
    }

    private <T, V> void writeMessages(Field.MessageMap<T, V> field, T value) throws IOException {
        var map = field.get().apply(value);
        if (field.always() || !map.isEmpty()) {
            out.writeObjectFieldStart(field.name());
            for (var entry : map.entrySet()) {
                out.writeFieldName(entry.getKey());
                write(field.message(), entry.getValue());
            }
            out.writeEndObject();
        }
    }
}
