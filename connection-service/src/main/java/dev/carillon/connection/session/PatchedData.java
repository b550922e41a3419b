package dev.carillon.connection.session;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.google.protobuf.ByteString;
import dev.carillon.contract.JsonText;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;

/// The data of a publication on a subscription with patches. In JSON it is always a string, of JSON text or of
/// a patch; in Protobuf it is bytes.
///
/// @param isPatch whether it is to be applied to the data of the publication before
record PatchedData(ByteString data, boolean isPatch) {

    /// What a client without JSON in its data gets for nothing at all: it could not parse that.
    private static final ByteString NOTHING = ByteString.copyFromUtf8("\"null\"");

    /// The whole data for that codec.
    static PatchedData whole(ProtocolCodec codec, LogEntry entry) {
        return switch (codec) {
            case JsonCodec _ -> whole(entry);
            case ProtobufCodec _ -> new PatchedData(entry.event().data(), false);
        };
    }

    /// The whole data in JSON. What is not JSON stays as it is: the codec refuses to embed it.
    static PatchedData whole(LogEntry entry) {
        var data = entry.event().data();
        if (data.isEmpty()) {
            return new PatchedData(NOTHING, false);
        }
        return new PatchedData(JsonText.isJson(data) ? string(data) : data, false);
    }

    /// A patch that leads to the data of that entry.
    static PatchedData patch(ProtocolCodec codec, LogEntry entry, ByteString patch) {
        return switch (codec) {
            case JsonCodec _ ->
                JsonText.isJson(entry.event().data()) ? new PatchedData(string(patch), true) : whole(entry);
            case ProtobufCodec _ -> new PatchedData(patch, true);
        };
    }

    private static ByteString string(ByteString text) {
        var quoted = JsonStringEncoder.getInstance().quoteAsString(text.toStringUtf8());
        return ByteString.copyFromUtf8('"' + String.valueOf(quoted) + '"');
    }
}
