package dev.carillon.testkit.conformance;

import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;

/// Streams of replies, with commands beside them. The first frame opens the stream; before it, there is nothing
/// at the node.
@SuppressWarnings("ImmutableEnumChecker") // codecs have no state
public enum StreamTransport implements Transport {
    SSE("/connection/sse", Pieces.Form.EVENTS, JsonCodec.INSTANCE),
    HTTP_STREAM_JSON("/connection/http_stream", Pieces.Form.LINES, JsonCodec.INSTANCE),
    HTTP_STREAM_PROTOBUF("/connection/http_stream", Pieces.Form.LENGTHS, ProtobufCodec.INSTANCE);

    private final String path;
    private final Pieces.Form form;
    private final ProtocolCodec codec;

    StreamTransport(String path, Pieces.Form form, ProtocolCodec codec) {
        this.path = path;
        this.form = form;
        this.codec = codec;
    }

    @Override
    public ProtocolCodec codec() {
        return codec;
    }

    @Override
    public int tooLarge() {
        return StreamLine.CONTENT_TOO_LARGE;
    }

    @Override
    public Line open(Door door, Ear ear) {
        return new StreamLine(door, path, form, codec, ear);
    }
}
