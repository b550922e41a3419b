package dev.carillon.contract.client;

import static dev.carillon.contract.client.Field.raw;
import static dev.carillon.contract.client.Field.text;

import com.google.protobuf.ByteString;

/// Commands that come beside the stream of replies, for clients whose transport carries data one way only.
///
/// @param node the node that holds the session, as its connect result named it
/// @param session the session's secret, from the same place
/// @param data a frame of the session's codec
public record EmulationRequest(String node, String session, ByteString data) {

    private static final Message<EmulationRequest> PROTOBUF = Message.<EmulationRequest>of(
            v -> new EmulationRequest(v.text(1), v.text(2), v.raw(3)),
            text(1, "node", EmulationRequest::node),
            text(2, "session", EmulationRequest::session),
            raw(3, "data", EmulationRequest::data));

    /// In JSON the frame is a string: it may hold several lines.
    private static final Message<EmulationRequest> JSON = Message.<EmulationRequest>of(
            v -> new EmulationRequest(v.text(1), v.text(2), ByteString.copyFromUtf8(v.text(3))),
            text(1, "node", EmulationRequest::node),
            text(2, "session", EmulationRequest::session),
            text(3, "data", request -> request.data().toStringUtf8()));

    public EmulationRequest {
        if (node.isEmpty() || session.isEmpty() || data.isEmpty()) {
            throw new IllegalArgumentException("node, session and data must be there");
        }
    }

    /// @throws MalformedFrameException when it is no such request
    public static EmulationRequest fromJson(ByteString json) {
        if (!json.isValidUtf8()) {
            throw new MalformedFrameException("not UTF-8");
        }
        return JsonReader.read(JSON, json.toStringUtf8());
    }

    /// @throws MalformedFrameException when it is no such request
    public static EmulationRequest fromProtobuf(ByteString protobuf) {
        return ProtobufReader.readOne(PROTOBUF, protobuf);
    }

    /// Neither the secret nor what the client says.
    @Override
    public String toString() {
        return "EmulationRequest[node=%s, %d bytes]".formatted(node, data.size());
    }
}
