package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads messages in Protobuf, by their schema. What the schema does not name, or names with another wire type,
/// is skipped; groups, which the protocol never had, are malformed.
///
/// Confined to the thread that decodes.
final class ProtobufReader {
    private static final int KEY = 1;
    private static final int VALUE = 2;

    private final CodedInputStream in;

    private ProtobufReader(CodedInputStream in) {
        this.in = in;
    }

    /// @throws MalformedFrameException when the frame is anything but such messages, each after its length
    static <T> List<T> read(Message<T> message, ByteString frame) {
        if (frame.isEmpty()) {
            throw new MalformedFrameException("an empty frame");
        }
        try {
            var in = frame.newCodedInput();
            in.pushLimit(frame.size());
            var reader = new ProtobufReader(in);
            var messages = new ArrayList<T>();
            while (!in.isAtEnd()) {
                if (messages.size() == Limits.MESSAGES_PER_FRAME) {
                    throw new MalformedFrameException("too many messages in a frame");
                }
                messages.add(reader.delimited(message, 0));
            }
            return List.copyOf(messages);
        } catch (IOException e) {
            throw new MalformedFrameException("not Protobuf", e);
        }
    }

    /// @throws MalformedFrameException when the bytes are anything but one such message, without its length
    static <T> T readOne(Message<T> message, ByteString bytes) {
        try {
            return new ProtobufReader(bytes.newCodedInput()).fields(message, 0);
        } catch (IOException e) {
            throw new MalformedFrameException("not Protobuf", e);
        }
    }

    private <T> T delimited(Message<T> message, int depth) throws IOException {
        if (depth > Limits.MESSAGE_DEPTH) {
            throw new MalformedFrameException("messages are nested too deeply");
        }
        int outer = in.pushLimit(in.readRawVarint32());
        T made = fields(message, depth);
        in.popLimit(outer);
        return made;
    }

    private <T> T fields(Message<T> message, int depth) throws IOException {
        var values = new Values();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            var field = message.numbered(WireFormat.getTagFieldNumber(tag));
            if (field == null || wireType(field) != WireFormat.getTagWireType(tag)) {
                skip(tag);
                values.skipped();
                continue;
            }
            value(field, values, depth);
        }
        return message.make(values);
    }

    private void value(Field<?> field, Values values, int depth) throws IOException {
        int number = field.number();
        switch (field) {
            case Field.Text<?> _ -> values.set(number, in.readStringRequireUtf8());
            case Field.Raw<?> _ -> values.set(number, in.readBytes());
            case Field.Flag<?> _ -> values.set(number, in.readBool());
            case Field.Whole<?> whole -> values.set(number, whole.checked(in.readInt64()));
            case Field.One<?, ?> one -> values.set(number, delimited(one.message(), depth + 1));
            case Field.Many<?, ?> many ->
                values.add(number, delimited(many.message().get(), depth + 1));
            case Field.Texts<?> _ -> values.add(number, in.readStringRequireUtf8());
            case Field.TextMap<?> _ -> textEntry(number, values);
            case Field.MessageMap<?, ?> map -> messageEntry(number, map.message(), values, depth);
        }
    }

    private void textEntry(int number, Values values) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        var key = "";
        var text = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (isDelimited(tag, KEY)) {
                key = in.readStringRequireUtf8();
            } else if (isDelimited(tag, VALUE)) {
                text = in.readStringRequireUtf8();
            } else {
                skip(tag);
            }
        }
        in.popLimit(outer);
        values.put(number, key, text);
    }

    private <V> void messageEntry(int number, Message<V> message, Values values, int depth) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        var key = "";
        V nested = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (isDelimited(tag, KEY)) {
                key = in.readStringRequireUtf8();
            } else if (isDelimited(tag, VALUE)) {
                nested = delimited(message, depth + 1);
            } else {
                skip(tag);
            }
        }
        in.popLimit(outer);
        values.put(number, key, nested == null ? message.make(new Values()) : nested);
    }

    private static boolean isDelimited(int tag, int number) {
        return WireFormat.getTagFieldNumber(tag) == number
                && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int wireType(Field<?> field) {
        return switch (field) {
            case Field.Flag<?> _, Field.Whole<?> _ -> WireFormat.WIRETYPE_VARINT;
            case Field.Text<?> _,
                    Field.Raw<?> _,
                    Field.One<?, ?> _,
                    Field.Many<?, ?> _,
                    Field.Texts<?> _,
                    Field.TextMap<?> _,
                    Field.MessageMap<?, ?> _ -> WireFormat.WIRETYPE_LENGTH_DELIMITED;
        };
    }

    private void skip(int tag) throws IOException {
        int type = WireFormat.getTagWireType(tag);
        if (type == WireFormat.WIRETYPE_START_GROUP || type == WireFormat.WIRETYPE_END_GROUP) {
            throw new MalformedFrameException("a group");
        }
        in.skipField(tag);
    }
}
