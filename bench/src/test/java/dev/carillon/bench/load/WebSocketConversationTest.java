package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebSocketConversationTest {

    private final Heard heard = new Heard();

    @Test
    void hearsTheSameWhereverTheInputIsCut() {
        // Given
        var script = new Script()
                .upgrade()
                .message("one")
                .frame(0x89, Ascii.bytes("ping"))
                .message("x".repeat(126))
                .frame(0x01, Ascii.bytes("two "))
                .frame(0x89, Ascii.bytes("ping"))
                .frame(0x00, Ascii.bytes("and "))
                .frame(0x80, Ascii.bytes("three"))
                .frame(0x88, new byte[] {3, (byte) 0xf3});
        for (int cut = 0; cut <= script.size(); cut++) {
            var ear = new Heard();

            // When
            var answers = script.tell(bare(ear), cut);

            // Then
            assertThat(ear.messages).containsExactly("one", "x".repeat(126), "two and three");
            assertThat(ear.listening).isOne();
            assertThat(ear.ends).containsExactly(1011);
            assertThat(answers).hasSize(2 * 10);
        }
    }

    @Test
    void hearsWhatComesByteByByte() {
        // Given
        var script = new Script().upgrade().message("one").message("two");

        // When
        script.tellSlowly(bare(heard));

        // Then
        assertThat(heard.messages).containsExactly("one", "two");
    }

    @Test
    void readsLengthsOf16And64Bits() {
        // Given
        var lengths = List.of(125, 126, 65_535, 65_536, 200_000);
        var script = new Script().upgrade();
        lengths.forEach(length -> script.message("x".repeat(length)));

        // When
        script.tell(bare(heard), script.size() / 2);

        // Then
        assertThat(heard.messages).extracting(String::length).isEqualTo(lengths);
    }

    @Test
    void answersPingsWithTheirPayloadMasked() {
        // Given
        var script = new Script().upgrade().frame(0x89, Ascii.bytes("abcdef"));

        // When
        var answer = script.tell(bare(heard), 10);

        // Then
        assertThat(answer[0] & 0xff).isEqualTo(0x8a);
        assertThat(answer[1] & 0xff).isEqualTo(0x86);
        var unmasked = Arrays.copyOfRange(answer, 6, 12);
        for (int i = 0; i < unmasked.length; i++) {
            unmasked[i] ^= answer[2 + i % 4];
        }
        assertThat(unmasked).isEqualTo(Ascii.bytes("abcdef"));
    }

    @Test
    void tellsTheStatusOfARefusal() {
        // Given
        var script = new Script().text("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n");

        // When
        script.tell(bare(heard), 5);

        // Then
        assertThat(heard.ends).containsExactly(503);
        assertThat(heard.listening).isZero();
    }

    @Test
    void framesOfEveryLengthAreReadBack() {
        for (int length : new int[] {0, 125, 126, 65_535, 65_536, 100_000}) {
            // Given
            var out = new Out();

            // When
            out.text(Ascii.bytes("y".repeat(length)));

            // Then
            int head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
            assertThat(out.size()).isEqualTo(head + 4 + length);
            long told = out.bytes()[1] & 0x7f;
            for (int i = 2; i < head; i++) {
                told = i == 2 ? out.bytes()[2] & 0xff : (told << 8) | (out.bytes()[i] & 0xff);
            }
            assertThat(told).isEqualTo(length);
        }
    }

    private static Conversation bare(Heard ear) {
        return new BareWebSocket(client -> "/sub/a").converse(0, "localhost", ear);
    }
}
