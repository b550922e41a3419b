package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/// Encoded messages, ready to be written to any number of clients of one codec. It is a complete frame by
/// itself and may be joined with others by its codec.
///
/// Immutable.
public final class Frame {
    private final ByteString bytes;

    Frame(ByteString bytes) {
        this.bytes = bytes;
    }

    /// What goes over the wire.
    public ByteString bytes() {
        return bytes;
    }

    /// The same as text; only for JSON.
    public String text() {
        return bytes.toStringUtf8();
    }

    /// Bytes on the wire.
    public int size() {
        return bytes.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Frame frame && bytes.equals(frame.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /// Says how much, never what.
    @Override
    public String toString() {
        return "Frame[%d bytes]".formatted(size());
    }
}
