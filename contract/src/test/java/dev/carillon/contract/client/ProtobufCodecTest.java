package dev.carillon.contract.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufCodecTest {
    private final ProtobufCodec codec = ProtobufCodec.INSTANCE;

    @Test
    void readsTheCommandsOfAFrameInOrder() {
        // Given: presence of "c" with id 1, a pong, publish of a byte to "c" with id 2
        var frame = frame("07" + "0801" + "42030a0163", "00", "0a" + "0802" + "3a060a01631201ff");

        // When, Then
        assertThat(codec.decodeCommands(frame))
                .containsExactly(
                        new Command(1, new Method.Presence("c")),
                        Command.pong(),
                        new Command(2, new Method.Publish("c", ByteString.copyFrom(new byte[] {(byte) 0xff}), 0)));
    }

    @Test
    void skipsFieldsThatItDoesNotKnowOrThatHaveAnotherType() {
        // Given: field 3 as a varint, field 2000 as bytes, field 1 as bytes, 32 and 64 bits wide fields
        var unknown = "1801" + "827d0141" + "0a0141" + "1d00000000" + "190000000000000000";
        var frame = delimited("0801" + unknown + "42030a0163");

        // When, Then
        assertThat(codec.decodeCommands(frame)).containsExactly(new Command(1, new Method.Presence("c")));
    }

    @Test
    void readsMapEntriesWithoutKeyOrValue() {
        // Given: connect with an empty entry in subs and an empty one in headers
        var frame = delimited("0801" + "2204" + "1a00" + "3200");

        // When
        var connect = (Method.Connect) codec.decodeCommands(frame).getFirst().method();

        // Then
        assertThat(connect.subs()).containsOnlyKeys("").containsValue(Method.Subscribe.to(""));
        assertThat(connect.headers()).containsEntry("", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // empty frame
                "01", // truncated message
                "80", // truncated length
                "ffffffff0f", // negative length
                "ffffffffffffffffffff01", // endless length
                "0100", // tag 0
                "020801", // id without a method
                "021801", // unknown field without a method
                "025a00" + "01", // truncated second message
                "04" + "0801" + "2201", // truncated method
                "04" + "08015a00" + "05", // stray length
                "02" + "5a00", // ping without id
                "06" + "0801" + "5a00" + "5a00", // the method twice
                "06" + "0801" + "5a00" + "2200", // two methods
                "06" + "0801" + "0802" + "5a00", // two ids
                "09" + "088080808010" + "5a00" + "00", // id of 2^32
                "0d" + "08ffffffffffffffffff01" + "5a00", // id of -1
                "07" + "0801" + "42030a01ff", // channel is not UTF-8
                "07" + "0801" + "42030a05" + "63", // channel longer than its message
                "06" + "0801" + "1b1c" + "5a00", // group
                "05" + "0801" + "1c" + "5a00", // end of a group
                "05" + "0801" + "1e" + "5a00", // wire type 6
                "0e" + "0801" + "2a0b38ffffffffffffffffff01", // negative offset
                "10" + "0801" + "520c0a016338808080808010" + "00" // limit beyond 32 bits
            })
    void callsAFrameMalformedThatBreaksTheProtocol(String hex) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> codec.decodeCommands(frame(hex)))
                .returns(CloseCode.BAD_REQUEST, MalformedFrameException::closeCode);
    }

    @Test
    void boundsTheDepthOfFilters() {
        // Given
        var filter = FilterNode.leaf("k", "ex", "");
        for (int i = 0; i < 25; i++) {
            filter = FilterNode.inner("not", List.of(filter));
        }
        var deep = filter;
        for (int i = 0; i < 10; i++) {
            deep = FilterNode.inner("not", List.of(deep));
        }
        var fine = new Command(1, filtered(filter));
        var tooDeep = codec.encode(new Command(1, filtered(deep))).bytes();

        // When, Then
        assertThat(codec.decodeCommands(codec.encode(fine).bytes())).containsExactly(fine);
        assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> codec.decodeCommands(tooDeep));
    }

    @Test
    void boundsTheCommandsOfAFrame() {
        assertThat(codec.decodeCommands(ByteString.copyFrom(new byte[1_000]))).hasSize(1_000);
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> codec.decodeCommands(ByteString.copyFrom(new byte[1_001])));
    }

    @Test
    void carriesAnyBytes() {
        // Given
        var reply = Push.to("c", new Push.Pub(Publication.of(ByteString.copyFrom(new byte[] {0, -1, '\n'}), 1)));

        // When, Then
        assertThat(codec.decodeReplies(codec.encode(reply).bytes())).containsExactly(reply);
    }

    @Test
    void joinsOneFrameToItselfAndNoneToNothing() {
        var frame = codec.encode(new Reply.Ping());
        assertThat(codec.join(List.of(frame))).isSameAs(frame);
        assertThat(codec.join(List.of(frame, frame)).bytes()).isEqualTo(ByteString.copyFrom(new byte[2]));
        assertThatIllegalArgumentException().isThrownBy(() -> codec.join(List.of()));
    }

    private static Method.Subscribe filtered(FilterNode filter) {
        return new Method.Subscribe(
                "c", "", false, StreamPosition.NONE, ByteString.EMPTY, false, false, false, "", filter, 0, 0);
    }

    private static ByteString frame(String... hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(String.join("", hex)));
    }

    private static ByteString delimited(String hex) {
        int size = hex.length() / 2;
        assertThat(CodedOutputStream.computeUInt32SizeNoTag(size)).isEqualTo(1);
        return frame(HexFormat.of().toHexDigits((byte) size), hex);
    }
}
