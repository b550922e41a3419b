package dev.carillon.connection.transport.http;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;

/// Where a reader of several channels is, as short text that clients store and return (`id:` of server-sent
/// events).
///
/// Holds one position per channel, but not the channels' names: a fingerprint binds it to them, so it only fits
/// a request for the same set. In base64url:
///
/// ```
/// version (1)  fingerprint (6)  number of epochs, each as length and ASCII  then per channel, in order of
/// names:
/// [index of its epoch, if there is more than one]  offset           (numbers as varints)
/// ```
///
/// Pure functions, but for the fingerprint that an instance keeps. Safe for use by many threads.
final class StreamCursor {

    private static final int VERSION = 1;
    private static final int FINGERPRINT_BYTES = 6;

    /// No cursor of ours is longer: this many bytes are enough for the most channels that may be configured.
    private static final int MAX_CHARACTERS = 256 * 1024;

    private final List<Channel> channels;
    private final byte[] fingerprint;

    /// @param channels in any order, without repetition
    StreamCursor(List<Channel> channels) {
        this.channels = channels.stream().sorted().toList();
        this.fingerprint = fingerprint(this.channels);
    }

    /// The channels in the order in which positions are given and got.
    List<Channel> channels() {
        return channels;
    }

    /// @param positions one per channel, in the order of [#channels()]
    String write(List<Position> positions) {
        if (positions.size() != channels.size()) {
            throw new IllegalArgumentException("there must be one position per channel");
        }
        var epochs = new ArrayList<>(
                new LinkedHashSet<>(positions.stream().map(Position::epoch).toList()));
        var bytes = new ByteArrayOutputStream(16 + 8 * positions.size());
        var out = CodedOutputStream.newInstance(bytes);
        try {
            out.write((byte) VERSION);
            out.write(fingerprint, 0, FINGERPRINT_BYTES);
            out.writeUInt32NoTag(epochs.size());
            for (var epoch : epochs) {
                out.writeStringNoTag(epoch);
            }
            for (var position : positions) {
                if (epochs.size() > 1) {
                    out.writeUInt32NoTag(epochs.indexOf(position.epoch()));
                }
                out.writeUInt64NoTag(position.offset());
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /// @return one position per channel, in the order of [#channels()]
    /// @throws IllegalArgumentException when `text` is no cursor, or one for other channels
    List<Position> read(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("cursor is too long");
        }
        try {
            return read(CodedInputStream.newInstance(Base64.getUrlDecoder().decode(text)));
        } catch (IOException e) {
            throw new IllegalArgumentException("cursor is cut off or damaged", e);
        }
    }

    private List<Position> read(CodedInputStream in) throws IOException {
        if (in.readRawByte() != VERSION) {
            throw new IllegalArgumentException("cursor is of an unknown kind");
        }
        if (!Arrays.equals(in.readRawBytes(FINGERPRINT_BYTES), fingerprint)) {
            throw new IllegalArgumentException("cursor is for other channels");
        }
        var epochs = new ArrayList<String>();
        int count = in.readUInt32();
        if (count < 1 || count > channels.size()) {
            throw new IllegalArgumentException("cursor is damaged");
        }
        for (int i = 0; i < count; i++) {
            epochs.add(in.readStringRequireUtf8());
        }
        var positions = new ArrayList<Position>(channels.size());
        for (int i = 0; i < channels.size(); i++) {
            int epoch = count > 1 ? in.readUInt32() : 0;
            if (epoch < 0 || epoch >= count) {
                throw new IllegalArgumentException("cursor is damaged");
            }
            positions.add(new Position(epochs.get(epoch), in.readUInt64()));
        }
        if (!in.isAtEnd()) {
            throw new IllegalArgumentException("cursor is longer than it should be");
        }
        return positions;
    }

    private static byte[] fingerprint(List<Channel> channels) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var channel : channels) {
                digest.update(channel.name().getBytes(StandardCharsets.US_ASCII));
                digest.update((byte) 0);
            }
            return Arrays.copyOf(digest.digest(), FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
