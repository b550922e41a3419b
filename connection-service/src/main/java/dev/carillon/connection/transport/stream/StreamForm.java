package dev.carillon.connection.transport.stream;

import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What the body of a response that does not end looks like.
///
/// @param contentType of the response
/// @param codec of the messages in it
/// @param hello what it begins with
/// @param before stands before each message
/// @param after stands after each message
record StreamForm(String contentType, ProtocolCodec codec, String hello, String before, String after) {

    /// Server-sent events: JSON, a message in each. It begins with a blank line, which makes proxies pass the
    /// head on.
    static final StreamForm EVENTS = new StreamForm("text/event-stream", JsonCodec.INSTANCE, "\r\n", "data: ", "\n\n");

    /// JSON, a message on each line.
    static final StreamForm LINES = new StreamForm("application/json", JsonCodec.INSTANCE, "", "", "\n");

    /// Protobuf, each message after its length.
    static final StreamForm PROTOBUF = new StreamForm("application/octet-stream", ProtobufCodec.INSTANCE, "", "", "");

    /// The same for a client that only listens.
    StreamForm unidirectional() {
        return new StreamForm(contentType, JsonCodec.UNIDIRECTIONAL, hello, before, after);
    }

    /// Messages, ready to be written.
    Buffer body(List<Frame> messages) {
        int size = 0;
        for (var message : messages) {
            size += before.length() + message.size() + after.length();
        }
        var body = Buffer.buffer(size);
        var first = before.getBytes(StandardCharsets.US_ASCII);
        var last = after.getBytes(StandardCharsets.US_ASCII);
        for (var message : messages) {
            body.appendBytes(first).appendBytes(message.bytes().toByteArray()).appendBytes(last);
        }
        return body;
    }
}
