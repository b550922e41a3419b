package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Frames of Protobuf messages, each after its length as a varint. Payloads are any bytes.
///
/// Safe for use by many threads.
public final class ProtobufCodec implements ProtocolCodec {
    /// There is no state in it: one is enough.
    public static final ProtobufCodec INSTANCE = new ProtobufCodec();

    private ProtobufCodec() {}

    @Override
    public List<Command> decodeCommands(ByteString frame) {
        return ProtobufReader.read(CommandSchema.COMMAND, frame);
    }

    @Override
    public List<Reply> decodeReplies(ByteString frame) {
        return ProtobufReader.read(ReplySchema.REPLY, frame);
    }

    @Override
    public Frame encode(Reply reply) {
        return encode(ReplySchema.REPLY, reply);
    }

    @Override
    public Frame encode(Command command) {
        return encode(CommandSchema.COMMAND, command);
    }

    @Override
    public Frame join(List<Frame> frames) {
        return Frames.join(frames, ByteString.EMPTY);
    }

    private static <T> Frame encode(Message<T> message, T value) {
        int size = ProtobufWriter.size(message, value);
        var bytes = new byte[CodedOutputStream.computeUInt32SizeNoTag(size) + size];
        var out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt32NoTag(size);
            new ProtobufWriter(out).write(message, value);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        out.checkNoSpaceLeft();
        return new Frame(UnsafeByteOperations.unsafeWrap(bytes));
    }
}
