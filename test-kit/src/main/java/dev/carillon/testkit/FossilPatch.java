package dev.carillon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;

/// Applies patches as a client library does, and is as strict.
public final class FossilPatch {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";

    private final ByteString source;
    private final ByteString patch;
    private final ByteArrayOutputStream target = new ByteArrayOutputStream();
    private int at;

    private FossilPatch(ByteString source, ByteString patch) {
        this.source = source;
        this.patch = patch;
    }

    public static ByteString apply(ByteString source, ByteString patch) {
        return new FossilPatch(source, patch).apply();
    }

    private ByteString apply() {
        long length = number();
        assertThat(sign()).as("end of the length").isEqualTo('\n');
        while (true) {
            int count = Math.toIntExact(number() & 0xFFFF_FFFFL);
            switch (sign()) {
                case '@' -> {
                    int offset = Math.toIntExact(number());
                    assertThat(sign()).as("end of a copy").isEqualTo(',');
                    target.writeBytes(source.substring(offset, offset + count).toByteArray());
                }
                case ':' -> {
                    target.writeBytes(patch.substring(at, at + count).toByteArray());
                    at += count;
                }
                case ';' -> throw new AssertionError("the checksum is read elsewhere");
                default -> throw new AssertionError("no operator at " + at);
            }
            if (target.size() == length) {
                return end();
            }
        }
    }

    private ByteString end() {
        var bytes = target.toByteArray();
        long sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (long) (bytes[i] & 0xFF) << (8 * (3 - i % 4));
        }
        assertThat(number()).as("checksum").isEqualTo(sum % (1L << 32));
        assertThat(sign()).as("end of the patch").isEqualTo(';');
        assertThat(at).isEqualTo(patch.size());
        return ByteString.copyFrom(bytes);
    }

    private long number() {
        long number = 0;
        int digit = DIGITS.indexOf(patch.byteAt(at));
        assertThat(digit).as("a digit at %d", at).isNotNegative();
        for (; digit >= 0; digit = DIGITS.indexOf(patch.byteAt(at))) {
            number = number * 64 + digit;
            at++;
        }
        return number;
    }

    private char sign() {
        return (char) patch.byteAt(at++);
    }
}
