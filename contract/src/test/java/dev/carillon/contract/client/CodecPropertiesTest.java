package dev.carillon.contract.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/// What is written is read back, and whatever is read, nothing but [MalformedFrameException] comes of it.
@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class CodecPropertiesTest {
    @Property
    void jsonGivesBackCommands(@ForAll Command command) {
        assertThat(JsonCodec.INSTANCE.decodeCommands(
                        JsonCodec.INSTANCE.encode(command).bytes()))
                .containsExactly(command);
    }

    @Property
    void protobufGivesBackCommands(@ForAll Command command) {
        assertThat(ProtobufCodec.INSTANCE.decodeCommands(
                        ProtobufCodec.INSTANCE.encode(command).bytes()))
                .containsExactly(command);
    }

    @Property
    void jsonGivesBackReplies(@ForAll Reply reply) {
        assertThat(JsonCodec.INSTANCE.decodeReplies(
                        JsonCodec.INSTANCE.encode(reply).bytes()))
                .containsExactly(reply);
    }

    @Property
    void protobufGivesBackReplies(@ForAll Reply reply) {
        assertThat(ProtobufCodec.INSTANCE.decodeReplies(
                        ProtobufCodec.INSTANCE.encode(reply).bytes()))
                .containsExactly(reply);
    }

    @Property(tries = 200)
    void joinedFramesHoldTheirMessagesInOrder(@ForAll List<Reply> replies, @ForAll Reply last) {
        for (var codec : List.of(JsonCodec.INSTANCE, ProtobufCodec.INSTANCE)) {
            // Given
            var all = new ArrayList<>(replies.subList(0, Math.min(20, replies.size())));
            all.add(last);

            // When
            var joined = codec.join(all.stream().map(codec::encode).toList());

            // Then
            assertThat(codec.decodeReplies(joined.bytes())).isEqualTo(all);
        }
    }

    @Property
    void aJsonMessageIsOneLineAndTextAndBytesAreTheSame(@ForAll Reply reply) {
        var frame = JsonCodec.INSTANCE.encode(reply);
        assertThat(frame.text()).doesNotContain("\n", "\r");
        assertThat(ByteString.copyFromUtf8(frame.text())).isEqualTo(frame.bytes());
    }

    @Property
    void randomBytesAreMalformedOrMessages(@ForAll byte[] bytes) {
        survives(ByteString.copyFrom(bytes));
    }

    @Property
    void randomPiecesOfJsonAreMalformedOrMessages(@ForAll("piecesOfJson") String text) {
        survives(ByteString.copyFromUtf8(text));
    }

    @Property
    void mutatedCommandsAreMalformedOrMessages(@ForAll Command command, @ForAll long seed) {
        for (var codec : List.of(JsonCodec.INSTANCE, ProtobufCodec.INSTANCE)) {
            survives(mutated(codec.encode(command).bytes(), new Random(seed)));
        }
    }

    @Property
    void mutatedRepliesAreMalformedOrMessages(@ForAll Reply reply, @ForAll long seed) {
        for (var codec : List.of(JsonCodec.INSTANCE, ProtobufCodec.INSTANCE)) {
            survives(mutated(codec.encode(reply).bytes(), new Random(seed)));
        }
    }

    @Provide
    Arbitrary<String> piecesOfJson() {
        var pieces = Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "\"id\"",
                "\"connect\"",
                "\"publish\"",
                "\"data\"",
                "\"push\"",
                "\"pub\"",
                "\"channel\"",
                "\"offset\"",
                "\"tf\"",
                "\"nodes\"",
                "\"subs\"",
                "\"\\ud800\"",
                "1",
                "-1",
                "1e400",
                "99999999999",
                "null",
                "true",
                "\n",
                " ",
                "\"",
                "\\",
                "\u0000",
                "\ufeff");
        return pieces.list().ofMaxSize(40).map(list -> String.join("", list));
    }

    private static void survives(ByteString frame) {
        survives(frame, JsonCodec.INSTANCE::decodeCommands);
        survives(frame, JsonCodec.INSTANCE::decodeReplies);
        survives(frame, ProtobufCodec.INSTANCE::decodeCommands);
        survives(frame, ProtobufCodec.INSTANCE::decodeReplies);
    }

    private static void survives(ByteString frame, Function<ByteString, List<?>> decoder) {
        var thrown = catchThrowable(() -> assertThat(decoder.apply(frame)).isNotEmpty());
        if (thrown != null) {
            assertThat(thrown).isExactlyInstanceOf(MalformedFrameException.class);
        }
    }

    /// Flips, drops, doubles and swaps a few bytes.
    private static ByteString mutated(ByteString frame, Random random) {
        var mutated = frame;
        for (int i = 0; i <= random.nextInt(4) && !mutated.isEmpty(); i++) {
            int at = random.nextInt(mutated.size());
            var before = mutated.substring(0, at);
            var after = mutated.substring(at + 1);
            var replacement =
                    switch (random.nextInt(4)) {
                        case 0 -> ByteString.EMPTY;
                        case 1 ->
                            ByteString.copyFrom(new byte[] {(byte) (mutated.byteAt(at) ^ (1 << random.nextInt(8)))});
                        case 2 -> ByteString.copyFrom(new byte[] {mutated.byteAt(at), mutated.byteAt(at)});
                        default -> ByteString.copyFrom(new byte[] {(byte) random.nextInt(256)});
                    };
            mutated = random.nextInt(10) == 0
                    ? before
                    : before.concat(replacement).concat(after);
        }
        return mutated;
    }
}
