package dev.carillon.connection.transport.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;

/// The JSON of these transports, apart from events.
final class Json {

    static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}

    static ObjectNode position(Position position) {
        return MAPPER.createObjectNode().put("epoch", position.epoch()).put("offset", position.offset());
    }

    /// Tells that events of `channel` before `position` cannot be had any more.
    static ByteString gap(Channel channel, Position position) {
        var gap = MAPPER.createObjectNode().put("channel", channel.name());
        gap.set("position", position(position));
        return ByteString.copyFromUtf8(gap.toString());
    }
}
