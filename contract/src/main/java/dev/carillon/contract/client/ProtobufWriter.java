package dev.carillon.contract.client;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Map;

/// Writes messages in Protobuf, by their schema. Nested messages are measured before they are written, so that
/// a frame is one allocation of the right size.
final class ProtobufWriter {
    private static final int KEY = 1;
    private static final int VALUE = 2;

    private final CodedOutputStream out;

    ProtobufWriter(CodedOutputStream out) {
        this.out = out;
    }

    /// Bytes of a message, without the length before it.
    static <T> int size(Message<T> message, T value) {
        int size = 0;
        for (var field : message.fields()) {
            size += size(field, value);
        }
        return size;
    }

    private static <T> int size(Field<T> field, T value) {
        int number = field.number();
        return switch (field) {
            case Field.Text<T> text -> textSize(number, text.get().apply(value));
            case Field.Raw<T> raw -> {
                var payload = raw.get().apply(value);
                yield payload.isEmpty() ? 0 : CodedOutputStream.computeBytesSize(number, payload);
            }
            case Field.Flag<T> flag -> flag.get().test(value) ? CodedOutputStream.computeBoolSize(number, true) : 0;
            case Field.Whole<T> whole -> {
                long amount = whole.get().applyAsLong(value);
                yield amount == 0 ? 0 : CodedOutputStream.computeInt64Size(number, amount);
            }
            case Field.One<T, ?> one -> oneSize(one, value);
            case Field.Many<T, ?> many -> manySize(many, value);
            case Field.Texts<T> texts ->
                texts.get().apply(value).stream()
                        .mapToInt(text -> CodedOutputStream.computeStringSize(number, text))
                        .sum();
            case Field.TextMap<T> map ->
                map.get().apply(value).entrySet().stream()
                        .mapToInt(entry -> delimited(number, entrySize(entry)))
                        .sum();
            case Field.MessageMap<T, ?> map -> messagesSize(map, value);
        };
    }

    private static int textSize(int number, String text) {
        return text.isEmpty() ? 0 : CodedOutputStream.computeStringSize(number, text);
    }

    private static <T, V> int oneSize(Field.One<T, V> field, T value) {
        var nested = field.get().apply(value);
        return nested == null ? 0 : delimited(field.number(), size(field.message(), nested));
    }

    private static <T, V> int manySize(Field.Many<T, V> field, T value) {
        int size = 0;
        for (var element : field.get().apply(value)) {
            size += delimited(field.number(), size(field.message().get(), element));
        }
        return size;
    }

    private static <T, V> int messagesSize(Field.MessageMap<T, V> field, T value) {
        int size = 0;
        for (var entry : field.get().apply(value).entrySet()) {
            size += delimited(field.number(), entrySize(field.message(), entry));
        }
        return size;
    }

    private static int entrySize(Map.Entry<String, String> entry) {
        return textSize(KEY, entry.getKey()) + textSize(VALUE, entry.getValue());
    }

    private static <V> int entrySize(Message<V> message, Map.Entry<String, V> entry) {
        return textSize(KEY, entry.getKey()) + delimited(VALUE, size(message, entry.getValue()));
    }

    private static int delimited(int number, int size) {
        return CodedOutputStream.computeTagSize(number) + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    <T> void write(Message<T> message, T value) throws IOException {
        for (var field : message.fields()) {
            write(field, value);
        }
    }

    private <T> void write(Field<T> field, T value) throws IOException {
        int number = field.number();
        switch (field) {
            case Field.Text<T> text -> writeText(number, text.get().apply(value));
            case Field.Raw<T> raw -> {
                var payload = raw.get().apply(value);
                if (!payload.isEmpty()) {
                    out.writeBytes(number, payload);
                }
            }
            case Field.Flag<T> flag -> {
                if (flag.get().test(value)) {
                    out.writeBool(number, true);
                }
            }
            case Field.Whole<T> whole -> {
                long amount = whole.get().applyAsLong(value);
                if (amount != 0) {
                    out.writeInt64(number, amount);
                }
            }
            case Field.One<T, ?> one -> writeOne(one, value);
            case Field.Many<T, ?> many -> writeMany(many, value);
            case Field.Texts<T> texts -> {
                for (var text : texts.get().apply(value)) {
                    out.writeString(number, text);
                }
            }
            case Field.TextMap<T> map -> {
                for (var entry : map.get().apply(value).entrySet()) {
                    start(number, entrySize(entry));
                    writeText(KEY, entry.getKey());
                    writeText(VALUE, entry.getValue());
                }
            }
            case Field.MessageMap<T, ?> map -> writeMessages(map, value);
        }
    }

    private void writeText(int number, String text) throws IOException {
        if (!text.isEmpty()) {
            out.writeString(number, text);
        }
    }

    private <T, V> void writeOne(Field.One<T, V> field, T value) throws IOException {
        var nested = field.get().apply(value);
        if (nested != null) {
            start(field.number(), size(field.message(), nested));
            write(field.message(), nested);
        }
    }

    private <T, V> void writeMany(Field.Many<T, V> field, T value) throws IOException {
        for (var element : field.get().apply(value)) {
            start(field.number(), size(field.message().get(), element));
            write(field.message().get(), element);
        }
    }

    private <T, V> void writeMessages(Field.MessageMap<T, V> field, T value) throws IOException {
        for (var entry : field.get().apply(value).entrySet()) {
            start(field.number(), entrySize(field.message(), entry));
            writeText(KEY, entry.getKey());
            start(VALUE, size(field.message(), entry.getValue()));
            write(field.message(), entry.getValue());
        }
    }

    private void start(int number, int size) throws IOException {
        out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(size);
    }
}
