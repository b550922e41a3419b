package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DialectsTest {

    private static final String PUSH_1 =
            "{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":{\"n\":1},\"offset\":8,\"tags\":{\"ce_id\":\"x\"}}}}";
    private static final String PUSH_2 = "{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":{\"n\":2},\"offset\":9}}}";
    private static final String CONNECTED = "{\"id\":1,\"connect\":{\"client\":\"c\",\"ping\":25,\"pong\":true}}";

    private final Heard heard = new Heard();

    @Test
    void centrifugeHearsEveryPublicationOfAFrame() {
        // Given
        var script = new Script()
                .upgrade()
                .message(CONNECTED)
                .message("{\"id\":2,\"subscribe\":{\"epoch\":\"e\",\"offset\":7}}\n" + PUSH_1 + "\n" + PUSH_2)
                .message("{}");
        for (int cut = 0; cut < script.size(); cut++) {
            var ear = new Heard();
            var talk = new Centrifuge("/", client -> List.of("a"), null, true).converse(0, "localhost", ear);

            // When
            var answers = script.tell(talk, cut);

            // Then
            assertThat(ear.messages).containsExactly(PUSH_1, PUSH_2);
            assertThat(ear.frames).isEqualTo(3);
            assertThat(ear.listening).isOne();
            assertThat(ear.faults).isEmpty();
            assertThat(answers).as("commands, and the answer to a ping").hasSizeBetween(8, 150);
        }
    }

    @Test
    void centrifugeComesBackToWhereItWas() {
        // Given
        var talk = new Centrifuge("/", client -> List.of("a"), null, true).converse(0, "localhost", heard);
        new Script()
                .upgrade()
                .message(CONNECTED + "\n{\"id\":2,\"subscribe\":{\"epoch\":\"e\",\"offset\":7}}\n" + PUSH_1)
                .tell(talk, 3);
        var reply = "{\"id\":2,\"subscribe\":{\"epoch\":\"e\",\"publications\":[{\"data\":{\"n\":2},\"offset\":9}],"
                + "\"recovered\":true,\"offset\":8,\"was_recovering\":true}}";

        // When
        var commands = unmasked(new Script().upgrade().tell(talk, 3));
        new Script().upgrade().message(CONNECTED + "\n" + reply).tell(talk, 3);
        var later = unmasked(new Script().upgrade().tell(talk, 3));

        // Then
        assertThat(commands).contains("\"recover\":true,\"epoch\":\"e\",\"offset\":8");
        assertThat(heard.recovered).containsExactly(reply);
        assertThat(heard.faults).isEmpty();
        assertThat(later).contains("\"offset\":9");
    }

    @Test
    void centrifugeTellsOfErrorsAndOfWhatCouldNotBeRecovered() {
        // Given
        var talk = new Centrifuge("/", client -> List.of("a"), null, true).converse(0, "localhost", heard);
        new Script()
                .upgrade()
                .message(CONNECTED + "\n{\"id\":2,\"subscribe\":{\"epoch\":\"e\",\"offset\":7}}")
                .tell(talk, 3);

        // When
        new Script()
                .upgrade()
                .message(
                        CONNECTED + "\n{\"id\":2,\"subscribe\":{\"epoch\":\"f\",\"offset\":7,\"was_recovering\":true}}")
                .message("{\"id\":3,\"error\":{\"code\":100,\"message\":\"internal\"}}")
                .tell(talk, 3);

        // Then
        assertThat(heard.faults).hasSize(1);
        assertThat(heard.ends).containsExactly(100);
    }

    @Test
    void socketIoJoinsAndAnswersPings() {
        // Given
        var talk = new SocketIo(client -> "room").converse(0, "localhost", heard);
        var script = new Script()
                .upgrade()
                .message("0{\"sid\":\"s\",\"pingInterval\":25000}")
                .message("40{\"sid\":\"t\"}")
                .message("430[]")
                .message("42[\"event\",{\"n\":1}]")
                .message("2");

        // When
        var answers = script.tell(talk, 100);

        // Then
        assertThat(heard.listening).isOne();
        assertThat(heard.messages).containsExactly("42[\"event\",{\"n\":1}]");
        assertThat(heard.faults).isEmpty();
        assertThat(answers).hasSize(2 + 6 + "420[\"subscribe\",\"room\"]".length() + 6 + 1 + 6);
    }

    @Test
    void natsHearsMessagesThatFramesCutAnywhere() {
        // Given
        var stream = "INFO {\"x\":1}\r\nPONG\r\nMSG a 1 5\r\nfirst\r\nPING\r\nMSG a 1 6\r\nse\r\nnd\r\n";
        for (int cut = 1; cut < stream.length(); cut++) {
            var ear = new Heard();
            var script = new Script()
                    .upgrade()
                    .frame(0x82, Ascii.bytes(stream.substring(0, cut)))
                    .frame(0x82, Ascii.bytes(stream.substring(cut)));

            // When
            script.tell(new Nats(client -> "a").converse(0, "localhost", ear), cut);

            // Then
            assertThat(ear.messages).containsExactly("first\r\n", "se\r\nnd\r\n");
            assertThat(ear.listening).isOne();
        }
    }

    @Test
    void eventStreamReadsLinesAcrossChunks() {
        // Given
        var script = new Script()
                .text("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
                .text("5\r\n:\n\nda\r\n8\r\nta: one\n\r\n10\r\nid: c1\n\ndata: tw\r\n3\r\no\n\n\r\n");
        for (int cut = 0; cut < script.size(); cut++) {
            var ear = new Heard();
            var talk = new EventStream(client -> "/s", true).converse(0, "localhost", ear);

            // When
            script.tell(talk, cut);

            // Then
            assertThat(ear.messages).containsExactly("data: one", "data: two");
            assertThat(ear.listening).isOne();
            var again = new Out();
            talk.connected(again);
            assertThat(Ascii.text(again.bytes(), 0, again.size())).contains("\r\nLast-Event-ID: c1\r\n");
        }
    }

    @Test
    void longPollAsksForWhatComesNext() {
        // Given
        var first = "{\"items\":[],\"channels\":{\"a\":{\"epoch\":\"e\",\"offset\":3}}}";
        var second = "{\"items\":[{\"id\":\"x\",\"channel\":\"a\",\"offset\":5,\"data\":{\"n\":1}}],"
                + "\"channels\":{\"a\":{\"epoch\":\"e\",\"offset\":5}},\"next\":1}";
        var script = new Script()
                .text("HTTP/1.1 200 OK\r\nContent-Length: " + first.length() + "\r\n\r\n" + first)
                .text("HTTP/1.1 200 OK\r\ncontent-length: " + second.length() + "\r\n\r\n" + second);
        for (int cut = 0; cut < script.size(); cut++) {
            var ear = new Heard();

            // When
            var requests = text(script.tell(new LongPoll(client -> "a").converse(0, "localhost", ear), cut));

            // Then
            assertThat(ear.listening).isOne();
            assertThat(ear.messages).containsExactly(first, second);
            assertThat(requests).contains("{\"channels\":{\"a\":{\"epoch\":\"e\",\"offset\":5}},\"wait\":\"25s\"}");
        }
    }

    @Test
    void nchanPollSendsTheTagsOfTheMessageBefore() {
        // Given
        var script =
                new Script().text("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nLast-Modified: Mon\r\nEtag: 7\r\n\r\none");

        // When
        var requests = text(script.tell(new NchanPoll(client -> "/sub").converse(0, "localhost", heard), 20));

        // Then
        assertThat(heard.messages).containsExactly("one");
        assertThat(requests).contains("If-Modified-Since: Mon\r\nIf-None-Match: 7\r\n");
    }

    private static String text(byte[] bytes) {
        return Ascii.text(bytes, 0, bytes.length);
    }

    private static String unmasked(byte[] frame) {
        int head = (frame[1] & 0x7f) < 126 ? 2 : 4;
        var text = new byte[frame.length - head - 4];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) (frame[head + 4 + i] ^ frame[head + i % 4]);
        }
        return Ascii.text(text, 0, text.length);
    }
}
