package dev.carillon.contract.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The wire, pinned: `golden/<name>.json` and `golden/<name>.hex` are what each example looks like in a frame.
/// A change to them is a change of the protocol. After an intended one, run with `-Dgolden.update=true` and
/// review the difference.
class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TestFactory
    Stream<DynamicTest> commandsLookAsPinned() {
        return Examples.commands().entrySet().stream()
                .map(example -> DynamicTest.dynamicTest(example.getKey(), () -> {
                    var json = JsonCodec.INSTANCE.encode(example.getValue());
                    var protobuf = ProtobufCodec.INSTANCE.encode(example.getValue());
                    pinned(example.getKey(), json, protobuf);
                    assertThat(JsonCodec.INSTANCE.decodeCommands(json.text())).containsExactly(example.getValue());
                    assertThat(ProtobufCodec.INSTANCE.decodeCommands(protobuf.bytes()))
                            .containsExactly(example.getValue());
                }));
    }

    @TestFactory
    Stream<DynamicTest> repliesLookAsPinned() {
        return Examples.replies().entrySet().stream()
                .map(example -> DynamicTest.dynamicTest(example.getKey(), () -> {
                    var json = JsonCodec.INSTANCE.encode(example.getValue());
                    var protobuf = ProtobufCodec.INSTANCE.encode(example.getValue());
                    pinned(example.getKey(), json, protobuf);
                    assertThat(JsonCodec.INSTANCE.decodeReplies(json.text())).containsExactly(example.getValue());
                    assertThat(ProtobufCodec.INSTANCE.decodeReplies(protobuf.bytes()))
                            .containsExactly(example.getValue());
                }));
    }

    @Test
    void aPingIsAnEmptyObjectOrAnEmptyMessage() {
        assertThat(JsonCodec.INSTANCE.encode(new Reply.Ping()).text()).isEqualTo("{}");
        assertThat(ProtobufCodec.INSTANCE.encode(new Reply.Ping()).bytes())
                .isEqualTo(ByteString.copyFrom(new byte[] {0}));
    }

    private static void pinned(String name, Frame json, Frame protobuf) throws IOException {
        pinned(GOLDEN.resolve(name + ".json"), json.text());
        pinned(
                GOLDEN.resolve(name + ".hex"),
                HexFormat.of().formatHex(protobuf.bytes().toByteArray()));
    }

    private static void pinned(Path file, String content) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, content + "\n");
        }
        assertThat(Files.readString(file)).isEqualTo(content + "\n");
    }
}
