package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/// Encoded messages, ready to be written to any number of clients of one codec. It is a complete frame by
/// itself and may be joined with others by its codec.
///
/// Safe for use by many threads: immutable but for the text form, which each thread computes to the same value.
public final class Frame {
    private final ByteString bytes;
    private @Nullable String text;

    Frame(ByteString bytes) {
        this.bytes = bytes;
    }

    /// What goes into a binary frame or an HTTP body.
    public ByteString bytes() {
        return bytes;
    }

    /// What goes into a text frame; only for JSON. Decoded once and kept.
    public String text() {
        var known = text;
        if (known == null) {
            known = bytes.toStringUtf8();
            text = known;
        }
        return known;
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
