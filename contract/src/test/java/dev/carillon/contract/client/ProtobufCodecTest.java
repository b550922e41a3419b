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
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            ''                                       | nothing                           | an empty frame
            01                                       | truncated message                 | not Protobuf
            80                                       | truncated length                  | not Protobuf
            ffffffff0f                               | negative length                   | not Protobuf
            ffffffffffffffffffff01                   | endless length                    | not Protobuf
            0100                                     | tag 0                             | not Protobuf
            020801                                   | only an id                        | a command without a method that we know
            021801                                   | only an unknown field             | a command without a method that we know
            00 01                                    | truncated after a pong            | not Protobuf
            04 0801 2201                             | truncated method                  | not Protobuf
            04 0801 5a00 05                          | truncated after a ping            | not Protobuf
            02 5a00                                  | no id                             | value out of range
            06 0801 5a00 5a00                        | the method twice                  | a command that says something twice
            06 0801 0802 5a00                        | the id twice                      | a command that says something twice
            06 0801 5a00 2200                        | two methods                       | several at once of what excludes each other
            08 088080808010 5a00                     | id of 2^32                        | number out of range
            0d 08ffffffffffffffffff01 5a00           | id of -1                          | number out of range
            07 0801 4203 0a01ff                      | channel is not UTF-8              | not Protobuf
            07 0801 4203 0a0563                      | channel longer than its message   | not Protobuf
            06 0801 1b1c 5a00                        | start of a group                  | a group
            05 0801 1c 5a00                          | end of a group                    | a group
            05 0801 1e 5a00                          | wire type 6                       | not Protobuf
            0f 0801 2a0b 38ffffffffffffffffff01      | negative offset                   | number out of range
            0d 0801 5209 0a0163 388080808010         | limit of 2^32                     | number out of range
            """)
    void callsAFrameMalformedThatBreaksTheProtocol(String hex, String what, String reason) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .as(what)
                .isThrownBy(() -> codec.decodeCommands(frame(hex.replace(" ", ""))))
                .withMessage(reason)
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
