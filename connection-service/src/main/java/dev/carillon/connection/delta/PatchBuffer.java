package dev.carillon.connection.delta;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A patch while it is written. There is room for one byte less than the target has: a larger patch is of no
/// use, and writing stops.
///
/// Confined to who writes it.
final class PatchBuffer {

    private static final byte[] DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private int size;
    private boolean full;

    PatchBuffer(int targetLength) {
        bytes = new byte[Math.max(0, targetLength - 1)];
    }

    boolean isFull() {
        return full;
    }

    /// @return null when there was not enough room
    @Nullable
    ByteString finish() {
        return full ? null : ByteString.copyFrom(bytes, 0, size);
    }

    PatchBuffer sign(char sign) {
        if (hasRoom(1)) {
            bytes[size++] = (byte) sign;
        }
        return this;
    }

    PatchBuffer bytes(byte[] from, int start, int length) {
        if (hasRoom(length)) {
            System.arraycopy(from, start, bytes, size, length);
            size += length;
        }
        return this;
    }

    /// A natural number in base 64, the most significant digit first.
    PatchBuffer number(long number) {
        int length = digits(number);
        if (hasRoom(length)) {
            long rest = number;
            for (int i = length - 1; i >= 0; i--) {
                bytes[size + i] = DIGITS[(int) (rest & 0x3F)];
                rest >>>= 6;
            }
            size += length;
        }
        return this;
    }

    /// How many digits a number has in base 64.
    static int digits(long number) {
        int digits = 1;
        for (long rest = number >>> 6; rest > 0; rest >>>= 6) {
            digits++;
        }
        return digits;
    }

    private boolean hasRoom(int length) {
        full |= size + length > bytes.length;
        return !full;
    }
}
