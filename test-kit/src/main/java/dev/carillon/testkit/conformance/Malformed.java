package dev.carillon.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtocolCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.function.Function;
import java.util.stream.Stream;

/// Frames that break the protocol, and what they come to: the connection ends with that code, and nothing of
/// the frame is carried out.
final class Malformed {

    private static final String GOOD = "{\"id\":1,\"connect\":{}}";

    private Malformed() {}

    static Stream<Scenario> scenarios(ProtocolCodec codec) {
        var own = codec == JsonCodec.INSTANCE ? json() : protobuf();
        return Stream.concat(
                own,
                Stream.of(
                        first("an empty frame", 3501, ByteString.EMPTY),
                        methods("a command before connect", 3501, Method.Subscribe.to("a")),
                        methods("a second connect", 3501, Method.Connect.EMPTY, Method.Connect.EMPTY),
                        methods("a message that nobody hears", 3508, Method.Connect.EMPTY, send()),
                        framed(
                                "an answer to no ping",
                                3501,
                                c -> join(c, c.encode(Command.pong()).bytes())),
                        framed("a thousand and one commands", 3501, c -> join(c, pongs(c, 1_000))),
                        new Scenario("a frame that is too large ends the connection", stage -> {
                            double before = stage.http().counted("bounds_refused", "bound=\"frame\"");
                            var client = stage.open();
                            var much = Method.Connect.EMPTY.withToken("x".repeat(70_000));
                            client.line()
                                    .send(client.codec()
                                            .encode(new Command(1, much))
                                            .bytes());
                            assertThat(client.closed())
                                    .isEqualTo(stage.transport().tooLarge());
                            assertThat(stage.http().counted("bounds_refused", "bound=\"frame\""))
                                    .isGreaterThan(before);
                        })));
    }

    private static Stream<Scenario> json() {
        return Stream.of(
                text("half an object", "{\"id\":1,"),
                text("a line break alone", "\n"),
                text("an array", "[" + GOOD + "]"),
                text("a number", "7"),
                text("a string", "\"connect\""),
                text("no JSON at all", "connect please"),
                text("an unknown method", "{\"id\":1,\"ring\":{}}"),
                text("no method", "{\"id\":1}"),
                text("two methods", "{\"id\":1,\"connect\":{},\"ping\":{}}"),
                text("a method twice", "{\"id\":1,\"connect\":{},\"connect\":{}}"),
                text("a negative number", "{\"id\":-1,\"connect\":{}}"),
                text("a number above 32 bits", "{\"id\":4294967296,\"connect\":{}}"),
                text("a number of ten thousand digits", "{\"id\":" + "9".repeat(10_000) + ",\"connect\":{}}"),
                text("a number with a fraction", "{\"id\":1.5,\"connect\":{}}"),
                text("a number as text", "{\"id\":\"1\",\"connect\":{}}"),
                text("no number", "{\"connect\":{}}"),
                text("a token that is no text", "{\"id\":1,\"connect\":{\"token\":7}}"),
                text("parameters that are no object", "{\"id\":1,\"connect\":[]}"),
                text("half a character", "{\"id\":1,\"connect\":{\"token\":\"\\ud800\"}}"),
                text("not a number in data", "{\"id\":1,\"connect\":{\"data\":NaN}}"),
                text("something after the command", GOOD + " x"),
                text("a good command and a bad one", GOOD + "\n{\"id\":2"),
                text("an empty line between", GOOD + "\n\n{\"id\":2,\"ping\":{}}"),
                text(
                        "data nested too deeply",
                        "{\"id\":1,\"connect\":{\"data\":" + "[".repeat(600) + "]".repeat(600) + "}}"),
                text(
                        "a filter nested too deeply",
                        GOOD + "\n{\"id\":2,\"subscribe\":{\"channel\":\"a\",\"tf\":"
                                + "{\"op\":\"not\",\"nodes\":[".repeat(40) + "]}".repeat(40) + "}}"),
                text(
                        "a negative offset",
                        GOOD + "\n{\"id\":2,\"subscribe\":{\"channel\":\"a\",\"recover\":true,\"offset\":-1}}"));
    }

    private static Stream<Scenario> protobuf() {
        return Stream.of(
                bytes("a length without an end", 0xFF, 0xFF),
                bytes("a length beyond the frame", 0x50, 0x08, 0x01),
                bytes("a length of eleven bytes", 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01),
                bytes("a negative length", 0xFF, 0xFF, 0xFF, 0xFF, 0x0F),
                bytes("an unknown method", 0x05, 0x08, 0x01, 0xF2, 0x01, 0x00),
                bytes("no method", 0x02, 0x08, 0x01),
                bytes("two methods", 0x06, 0x08, 0x01, 0x22, 0x00, 0x5A, 0x00),
                bytes("a method twice", 0x06, 0x08, 0x01, 0x22, 0x00, 0x22, 0x00),
                bytes("no number", 0x02, 0x22, 0x00),
                bytes("a number above 32 bits", 0x08, 0x08, 0x80, 0x80, 0x80, 0x80, 0x10, 0x22, 0x00),
                bytes("a number as text", 0x05, 0x0A, 0x01, 0x31, 0x22, 0x00),
                bytes("a method that is a number", 0x04, 0x08, 0x01, 0x20, 0x01),
                bytes("a token that is not UTF-8", 0x08, 0x08, 0x01, 0x22, 0x04, 0x0A, 0x02, 0xC3, 0x28),
                bytes("a token longer than the message", 0x06, 0x08, 0x01, 0x22, 0x02, 0x0A, 0x50),
                bytes("a group", 0x04, 0x08, 0x01, 0x0B, 0x0C),
                bytes("field number zero", 0x04, 0x00, 0x01, 0x22, 0x00),
                bytes("a wire type that does not exist", 0x03, 0x0F, 0x22, 0x00),
                bytes("a good command and a bad one", 0x04, 0x08, 0x01, 0x22, 0x00, 0x01),
                first("a filter nested too deeply", 3501, deepFilter()),
                bytes("text", '{', '"', 'i', 'd', '"', ':', '1', '}'));
    }

    private static Scenario text(String name, String frame) {
        return first(name, 3501, ByteString.copyFromUtf8(frame));
    }

    private static Scenario bytes(String name, int... frame) {
        var bytes = ByteString.newOutput();
        for (int b : frame) {
            bytes.write(b);
        }
        return first(name, 3501, bytes.toByteString());
    }

    private static Scenario first(String name, int code, ByteString frame) {
        return framed(name, code, _ -> frame);
    }

    private static Scenario methods(String name, int code, Method... methods) {
        return new Scenario(name + " ends the connection", stage -> {
            var client = stage.open();
            client.send(methods);
            assertThat(client.closed()).isEqualTo(code);
        });
    }

    private static Scenario framed(String name, int code, Function<ProtocolCodec, ByteString> frame) {
        return new Scenario(name + " ends the connection", stage -> {
            var client = stage.open();
            client.line().send(frame.apply(client.codec()));
            assertThat(client.closed()).isEqualTo(code);
            assertThat(client.replies()).hasSizeLessThanOrEqualTo(1);
        });
    }

    private static Method send() {
        return new Method.Send(ByteString.copyFromUtf8("{}"));
    }

    private static ByteString join(ProtocolCodec codec, ByteString second) {
        var first = codec.encode(new Command(1, Method.Connect.EMPTY)).bytes();
        return codec == JsonCodec.INSTANCE
                ? first.concat(ByteString.copyFromUtf8("\n")).concat(second)
                : first.concat(second);
    }

    private static ByteString pongs(ProtocolCodec codec, int count) {
        return codec.join(Collections.nCopies(count, codec.encode(Command.pong())))
                .bytes();
    }

    /// A subscribe whose filter has forty nodes, each within the other.
    private static ByteString deepFilter() {
        var filter = ByteString.EMPTY;
        for (int n = 0; n < 40; n++) {
            filter = field(1, ByteString.copyFromUtf8("not")).concat(field(6, filter));
        }
        var subscribe = field(5, field(1, ByteString.copyFromUtf8("a")).concat(field(13, filter)));
        var command = ByteString.copyFrom(new byte[] {0x08, 0x01}).concat(subscribe);
        return written(out -> out.writeUInt32NoTag(command.size())).concat(command);
    }

    private static ByteString field(int number, ByteString value) {
        return written(out -> out.writeBytes(number, value));
    }

    private static ByteString written(Writing writing) {
        var bytes = new ByteArrayOutputStream();
        try {
            var out = CodedOutputStream.newInstance(bytes);
            writing.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }

    private interface Writing {
        void write(CodedOutputStream out) throws IOException;
    }
}
