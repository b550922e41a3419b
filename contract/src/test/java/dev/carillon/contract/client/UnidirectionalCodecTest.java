package dev.carillon.contract.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnidirectionalCodecTest {
    private final JsonCodec codec = JsonCodec.UNIDIRECTIONAL;

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "{}", "{}\n", "{\"unheard\":1}"})
    void takesNothingForAnEmptyRequest(String frame) {
        assertThat(codec.decodeCommands(frame)).containsExactly(new Command(1, Method.Connect.EMPTY));
    }

    @Test
    void readsABareConnectRequest() {
        // Given
        var request = Method.Connect.EMPTY.withToken("t").withSubs(Map.of("news", Method.Subscribe.to("")));

        // When
        var frame = codec.encode(new Command(1, request));

        // Then
        assertThat(frame.text()).isEqualTo("{\"token\":\"t\",\"subs\":{\"news\":{}}}");
        assertThat(codec.decodeCommands(frame.bytes())).containsExactly(new Command(1, request));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "null", "{\"token\":1}", "{}\n{}"})
    void refusesWhatIsNoConnectRequest(String frame) {
        assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> codec.decodeCommands(frame));
    }

    @Test
    void saysEverythingAsBarePushes() {
        // Given
        var connect = Result.Connect.of("c1", "v").withPing(25, false).withSession("s", "n");
        var publication = Push.to("news", new Push.Pub(Publication.of(ByteString.copyFromUtf8("{}"), 7)));

        // When
        var frame = codec.join(List.of(
                codec.encode(new Reply.Success(1, connect)),
                codec.encode(publication),
                codec.encode(new Reply.Ping()),
                codec.encode(CloseCode.NO_PONG.toPush())));

        // Then
        assertThat(frame.text()).isEqualTo("""
                {"connect":{"client":"c1","version":"v","ping":25,"session":"s","node":"n"}}
                {"channel":"news","pub":{"data":{},"offset":7}}
                {}
                {"disconnect":{"code":3012,"reason":"no pong","reconnect":true}}""");
        assertThat(codec.decodeReplies(frame.text()))
                .containsExactly(connect.toPush(), publication, new Reply.Ping(), CloseCode.NO_PONG.toPush());
    }

    @Test
    void hasNoWordsForErrors() {
        assertThatIllegalArgumentException().isThrownBy(() -> codec.encode(ErrorCode.INTERNAL.toReply(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.encode(new Reply.Success(1, new Result.Unsubscribe())));
    }
}
