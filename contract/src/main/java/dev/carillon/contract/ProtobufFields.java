package dev.carillon.contract;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Reading and writing Protobuf messages field by field: no generated classes, no reflection.
final class ProtobufFields {

    /// Writes the fields of one message.
    @FunctionalInterface
    interface Writer {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    /// Reads one field, or skips it: what it does not know is from a newer version.
    @FunctionalInterface
    interface Reader {
        void read(int field, int tag, CodedInputStream in) throws IOException;
    }

    private static final int BUFFER = 256;

    private ProtobufFields() {}

    static ByteString write(Writer message) {
        var bytes = ByteString.newOutput(BUFFER);
        // Its own buffer would be 4 KiB for each message within a message.
        var out = CodedOutputStream.newInstance(bytes, BUFFER);
        try {
            message.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteString();
    }

    /// @throws IllegalArgumentException when `in` is not Protobuf, or `reader` refuses what it reads
    static void read(CodedInputStream in, Reader reader) {
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                reader.read(tag >>> 3, tag, in);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not a readable Protobuf message", e);
        }
    }
}
