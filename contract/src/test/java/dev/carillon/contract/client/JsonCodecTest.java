package dev.carillon.contract.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {
    private final JsonCodec codec = JsonCodec.INSTANCE;

    @Test
    void readsTheCommandsOfAFrameInOrder() {
        // Given
        var frame = """
                {"connect":{"name":"js"},"id":1}
                {"id":2,"subscribe":{"channel":"news","flag":1}}
                {}
                {"send":{"data":1}}
                """;

        // When
        var commands = codec.decodeCommands(frame);

        // Then
        assertThat(commands).extracting(Command::id).containsExactly(1L, 2L, 0L, 0L);
        assertThat(commands)
                .extracting(Command::method)
                .hasExactlyElementsOfTypes(
                        Method.Connect.class, Method.Subscribe.class, Method.Pong.class, Method.Send.class);
    }

    @Test
    void skipsFieldsThatItDoesNotKnowWhateverTheyHold() {
        // Given
        var frame = "{\"x\":[{\"y\":{}}],\"id\":1,\"presence\":{\"z\":[[1]],\"channel\":\"c\",\"w\":\"\\ud800\"}}";

        // When, Then
        assertThat(codec.decodeCommands(frame)).containsExactly(new Command(1, new Method.Presence("c")));
    }

    @Test
    void takesNullForAbsent() {
        // Given
        var frame =
                "{\"id\":1,\"history\":{\"channel\":\"c\",\"since\":null,\"limit\":null,\"reverse\":null},\"rpc\":null}";

        // When, Then
        assertThat(codec.decodeCommands(frame))
                .containsExactly(new Command(1, new Method.History("c", 0, null, false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "0",
                "-1.50e+3",
                "\"\"",
                "\"a\\\"}b\\n\\u0000\"",
                "{}",
                "[]",
                "{ \"a\" : [ 1 , { } ] }",
                "\"\\ud800\"",
                "\"h\u00e9\uD83D\uDE00\"",
                "{\"id\":1,\"id\":2}"
            })
    void keepsPayloadsExactlyAsTheyWereWritten(String payload) {
        // Given
        var first = "{\"id\":1,\"publish\":{\"data\":" + payload + ",\"channel\":\"c\"}}";
        var last = "{\"id\":1,\"publish\":{\"channel\":\"c\", \"data\" : " + payload + " }}";

        // When, Then
        var expected = new Command(1, new Method.Publish("c", ByteString.copyFromUtf8(payload), 0));
        assertThat(codec.decodeCommands(first)).containsExactly(expected);
        assertThat(codec.decodeCommands(last)).containsExactly(expected);
    }

    @Test
    void keepsLargePayloadsExactlyAsTheyWereWritten() {
        // Given
        var payload = "[" + "{\"text\":\"h\u00e9llo \\\" \uD83D\uDE00\", \"n\": 1.25e3},".repeat(3_000) + "0]";
        var frame = "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":" + payload + "}}";

        // When, Then
        assertThat(codec.decodeCommands(ByteString.copyFromUtf8(frame)))
                .containsExactly(new Command(1, new Method.Publish("c", ByteString.copyFromUtf8(payload), 0)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\n\n",
                " ",
                "{}\n\n",
                "{}\n\n{}",
                "\n{}",
                "{}{}",
                "{} {}",
                "null",
                "1",
                "[]",
                "\"\"",
                "{",
                "}",
                "{]",
                "{\"id\":1",
                "{\"id\":1}",
                "{\"id\":1,}",
                "{\"x\":1}",
                "{\"id\":1,\"x\":{}}",
                "{\"id\":1,\"connect\":null}",
                "{\"id\":1,\"connect\":[]}",
                "{\"id\":1,\"connect\":{\"token\":1}}",
                "{\"id\":1,\"connect\":{\"token\":{}}}",
                "{\"connect\":{}}",
                "{\"id\":0,\"connect\":{}}",
                "{\"id\":-1,\"connect\":{}}",
                "{\"id\":1.0,\"connect\":{}}",
                "{\"id\":\"1\",\"connect\":{}}",
                "{\"id\":4294967296,\"connect\":{}}",
                "{\"id\":1e3,\"connect\":{}}",
                "{\"id\":99999999999999999999999,\"connect\":{}}",
                "{\"id\":1,\"id\":1,\"connect\":{}}",
                "{\"id\":1,\"ping\":{},\"ping\":{}}",
                "{\"id\":1,\"ping\":{},\"connect\":{}}",
                "{\"id\":1,\"ping\":null,\"ping\":{}}",
                "{\"id\":1,\"connect\":{\"token\":\"a\",\"token\":\"b\"}}",
                "{\"id\":1,\"connect\":{\"token\":\"\\ud800\"}}",
                "{\"id\":1,\"connect\":{\"headers\":{\"\\udc00\":\"\"}}}",
                "{\"id\":1,\"connect\":{\"subs\":[]}}",
                "{\"id\":1,\"connect\":{\"subs\":{\"c\":null}}}",
                "{\"id\":1,\"subscribe\":{\"recover\":1}}",
                "{\"id\":1,\"subscribe\":{\"recover\":\"true\"}}",
                "{\"id\":1,\"subscribe\":{\"offset\":-1}}",
                "{\"id\":1,\"subscribe\":{\"offset\":9223372036854775808}}",
                "{\"id\":1,\"subscribe\":{\"tf\":{\"vals\":\"x\"}}}",
                "{\"id\":1,\"subscribe\":{\"tf\":{\"vals\":[1]}}}",
                "{\"id\":1,\"subscribe\":{\"tf\":{\"nodes\":[null]}}}",
                "{\"id\":1,\"history\":{\"limit\":2147483648}}",
                "{\"id\":1,\"publish\":{\"data\":}}",
                "{\"id\":1,\"publish\":{\"data\":nul}}",
                "{\"id\":1,\"publish\":{\"data\":01}}",
                "{\"id\":1,\"publish\":{\"data\":NaN}}",
                "{\"id\":1,\"publish\":{\"data\":'a'}}",
                "{\"id\":1,\"publish\":{\"data\":\"\t\"}}",
                "{'id':1,'ping':{}}",
                "{id:1,ping:{}}",
                "/**/{}",
                "\ufeff{}",
                "{}\u0000",
                "\u0000",
                "{\"id\":1,\"ping\":{}}x"
            })
    void callsAFrameMalformedThatBreaksTheProtocol(String frame) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> codec.decodeCommands(frame))
                .returns(CloseCode.BAD_REQUEST, MalformedFrameException::closeCode);
    }

    @Test
    void callsAFrameMalformedThatIsNotUtf8() {
        var overlong = ByteString.copyFrom(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'});
        var utf16 = ByteString.copyFrom(new byte[] {0, '{', 0, '}'});
        for (var frame : List.of(overlong, utf16)) {
            assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> codec.decodeCommands(frame));
        }
    }

    @Test
    void takesNothingOfAFrameWhoseLastCommandIsMalformed() {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> codec.decodeCommands("{\"id\":1,\"connect\":{}}\n{\"id\":2}"));
    }

    @Test
    void boundsTheDepthOfWhatItReads() {
        // Given
        var deep = "[".repeat(100_000);
        var nested = "{\"nodes\":[".repeat(40) + "{}" + "]}".repeat(40);
        var payload = "[".repeat(Limits.JSON_FRAME_DEPTH) + "]".repeat(Limits.JSON_FRAME_DEPTH);

        // When, Then
        for (var frame : List.of(
                deep,
                "{\"x\":" + deep,
                "{\"id\":1,\"publish\":{\"data\":" + deep,
                "{\"id\":1,\"publish\":{\"data\":" + payload + "}}",
                "{\"id\":1,\"subscribe\":{\"tf\":" + nested + "}}")) {
            assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> codec.decodeCommands(frame));
        }
    }

    @Test
    void boundsTheCommandsOfAFrame() {
        assertThat(codec.decodeCommands("{}\n".repeat(1_000))).hasSize(1_000);
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> codec.decodeCommands("{}\n".repeat(1_001)));
    }

    @Test
    void takesLineBreaksOutOfPayloads() {
        // Given
        var pretty = ByteString.copyFromUtf8("{\r\n  \"a\\n\": [\n1,\n2\n]\n}\n");

        // When
        var frame = codec.encode(Push.to("c", new Push.Pub(Publication.of(pretty, 1))));

        // Then
        assertThat(frame.text())
                .isEqualTo("{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":{  \"a\\n\": [1,2]},\"offset\":1}}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "x",
                "{",
                "{}}",
                "{} {}",
                "1 2",
                "1,2",
                "\"a",
                "'a'",
                "{\"a\":1,}",
                "\ufeff1",
                "\u00001",
                "1\u0000",
                "NaN",
                "\"\n\"",
                "// c\n1"
            })
    void refusesToEmbedWhatIsNotJson(String payload) {
        refuses(ByteString.copyFromUtf8(payload));
    }

    @Test
    void refusesToEmbedBinaryData() {
        refuses(ByteString.copyFrom(new byte[] {0, '1'}));
        refuses(ByteString.copyFrom(new byte[] {'1', 0, 0, 0}));
        refuses(ByteString.copyFrom(new byte[] {'"', (byte) 0xff, '"'}));
        refuses(ByteString.copyFromUtf8("[".repeat(2_000) + "]".repeat(2_000)));
    }

    @Test
    void embedsWhateverAClientWasAllowedToPublish() {
        // Given
        int depth = Limits.JSON_FRAME_DEPTH - 2;
        var payload = "[".repeat(depth) + "]".repeat(depth);
        var frame = "{\"id\":1,\"rpc\":{\"data\":" + payload + "}}";

        // When
        var command = codec.decodeCommands(frame).getFirst();

        // Then
        assertThat(codec.encode(command).text()).isEqualTo(frame);
    }

    @Test
    void writesHalfACharacterAsAQuestionMarkLikeProtobuf() {
        // Given
        var reply = Push.to("c", new Push.Join(ClientInfo.of("u\ud800", "c1")));
        var expected = Push.to("c", new Push.Join(ClientInfo.of("u?", "c1")));

        // When, Then
        for (var codec : List.of(JsonCodec.INSTANCE, ProtobufCodec.INSTANCE)) {
            assertThat(codec.decodeReplies(codec.encode(reply).bytes())).containsExactly(expected);
        }
    }

    @Test
    void joinsFramesByLines() {
        // Given
        var frames = List.of(
                codec.encode(new Reply.Ping()),
                codec.encode(ErrorCode.NOT_AVAILABLE.toReply(1)),
                codec.encode(new Reply.Success(2, new Result.Publish())));
        var expected =
                "{}\n{\"id\":1,\"error\":{\"code\":108,\"message\":\"not available\"}}\n{\"id\":2,\"publish\":{}}";

        // When, Then
        assertThat(codec.join(frames).text()).isEqualTo(expected);
    }

    @Test
    void joinsOneFrameToItselfAndNoneToNothing() {
        var frame = codec.encode(new Reply.Ping());
        assertThat(codec.join(List.of(frame))).isSameAs(frame);
        assertThatIllegalArgumentException().isThrownBy(() -> codec.join(List.of()));
    }

    private void refuses(ByteString payload) {
        var reply = Push.to("c", new Push.Pub(Publication.of(payload, 1)));
        assertThatExceptionOfType(InappropriateDataException.class)
                .isThrownBy(() -> codec.encode(reply))
                .returns(CloseCode.INAPPROPRIATE_PROTOCOL, InappropriateDataException::closeCode);
    }
}
