package dev.carillon.contract.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Frames of JSON objects, one on a line. Payloads are JSON themselves and stand in the frame as they are,
/// without line breaks.
///
/// There are two dialects. In the usual one clients send commands and get replies. In the unidirectional one a
/// client sends a single bare connect request, `{}` or nothing at all if it has nothing to say, and gets bare
/// pushes, the first of which is the connect result; a ping is `{}`. It has no words for errors: who refuses
/// something ends the connection.
///
/// Safe for use by many threads.
public final class JsonCodec implements ProtocolCodec {
    private static final JsonFactory WRITER = new JsonFactory();
    private static final ByteString LINE_BREAK = ByteString.copyFromUtf8("\n");

    /// The usual dialect. There is no state in it: one is enough.
    public static final JsonCodec INSTANCE = new JsonCodec(false);

    /// The unidirectional dialect.
    public static final JsonCodec UNIDIRECTIONAL = new JsonCodec(true);

    private final boolean unidirectional;

    private JsonCodec(boolean unidirectional) {
        this.unidirectional = unidirectional;
    }

    /// Which dialect it is.
    public boolean isUnidirectional() {
        return unidirectional;
    }

    /// The commands of a text frame, in order.
    ///
    /// @throws MalformedFrameException when the frame breaks the protocol
    public List<Command> decodeCommands(String frame) {
        return unidirectional
                ? List.of(new Command(1, connect(frame)))
                : decode(line -> JsonReader.read(CommandSchema.COMMAND, line), frame);
    }

    @Override
    public List<Command> decodeCommands(ByteString frame) {
        return decodeCommands(text(frame));
    }

    /// The replies of a text frame, in order.
    ///
    /// @throws MalformedFrameException when the frame breaks the protocol
    public List<Reply> decodeReplies(String frame) {
        return decode(unidirectional ? JsonCodec::bare : line -> JsonReader.read(ReplySchema.REPLY, line), frame);
    }

    @Override
    public List<Reply> decodeReplies(ByteString frame) {
        return decodeReplies(text(frame));
    }

    /// @throws IllegalArgumentException when the dialect has no words for it
    @Override
    public Frame encode(Reply reply) {
        return unidirectional ? encodeBare(reply) : encode(ReplySchema.REPLY, reply);
    }

    /// In the unidirectional dialect only a connect can be said.
    @Override
    public Frame encode(Command command) {
        return unidirectional && command.method() instanceof Method.Connect connect
                ? encode(CommandSchema.CONNECT, connect)
                : encode(CommandSchema.COMMAND, command);
    }

    private static Frame encodeBare(Reply reply) {
        return switch (reply) {
            case Push push -> encode(PushSchema.PUSH, push);
            case Reply.Ping ping -> encode(ReplySchema.REPLY, ping);
            case Reply.Success(long _, Result.Connect connect) -> encode(PushSchema.PUSH, connect.toPush());
            case Reply.Success _, Reply.Failure _ ->
                throw new IllegalArgumentException("a client that only listens has no such command");
        };
    }

    private static Method.Connect connect(String frame) {
        return frame.isBlank() ? Method.Connect.EMPTY : JsonReader.read(CommandSchema.CONNECT, frame);
    }

    private static Reply bare(String line) {
        return line.equals("{}") ? new Reply.Ping() : JsonReader.read(PushSchema.PUSH, line);
    }

    @Override
    public Frame join(List<Frame> frames) {
        return Frames.join(frames, LINE_BREAK);
    }

    private static String text(ByteString frame) {
        if (!frame.isValidUtf8()) {
            throw new MalformedFrameException("not UTF-8");
        }
        return frame.toStringUtf8();
    }

    private static <T> List<T> decode(Function<String, T> reader, String frame) {
        var messages = new ArrayList<T>();
        int end = frame.endsWith("\n") ? frame.length() - 1 : frame.length();
        int start = 0;
        while (start <= end) {
            if (messages.size() == Limits.MESSAGES_PER_FRAME) {
                throw new MalformedFrameException("too many messages in a frame");
            }
            int lineBreak = frame.indexOf('\n', start);
            int lineEnd = lineBreak < 0 ? end : lineBreak;
            messages.add(reader.apply(frame.substring(start, lineEnd)));
            start = lineEnd + 1;
        }
        return List.copyOf(messages);
    }

    /// By way of characters: half a character, which a token may bring into a name, becomes a question mark as
    /// it does in Protobuf, where a generator of bytes would fail.
    private static <T> Frame encode(Message<T> message, T value) {
        var text = new StringWriter();
        try (var out = WRITER.createGenerator(text)) {
            new JsonWriter(out).write(message, value);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return new Frame(ByteString.copyFromUtf8(text.toString()));
    }
}
