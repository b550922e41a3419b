package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.feed.Framing;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.client.ClientInfo;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import java.util.LinkedHashMap;
import java.util.Map;

/// Events as clients see them.
final class Pushes {

    /// Tags that every publication has, beside the event's own: the event's id, the same on every transport,
    /// and its type.
    static final String ID_TAG = "ce_id";

    static final String TYPE_TAG = "ce_type";

    private static final Framing<Frame> JSON =
            new Framing<>(Framing.Slot.CLIENT_JSON, entry -> JsonCodec.INSTANCE.encode(push(entry)));
    private static final Framing<Frame> BARE_JSON =
            new Framing<>(Framing.Slot.CLIENT_PUSH_JSON, entry -> JsonCodec.UNIDIRECTIONAL.encode(push(entry)));
    private static final Framing<Frame> PROTOBUF =
            new Framing<>(Framing.Slot.CLIENT_PROTOBUF, entry -> ProtobufCodec.INSTANCE.encode(push(entry)));

    private static final Framing<Frame> JSON_WHOLE = new Framing<>(
            Framing.Slot.CLIENT_JSON_WHOLE, entry -> JsonCodec.INSTANCE.encode(push(entry, PatchedData.whole(entry))));

    private Pushes() {}

    /// How a session with that codec frames the whole of a live publication where others come as patches.
    static Framing<Frame> wholeFraming(ProtocolCodec codec) {
        return switch (codec) {
            case JsonCodec _ -> JSON_WHOLE;
            case ProtobufCodec _ -> PROTOBUF;
        };
    }

    /// How a session with that codec frames a live publication as this patch.
    static Framing<Frame> patchFraming(ProtocolCodec codec, ByteString patch) {
        return switch (codec) {
            case JsonCodec _ ->
                new Framing<>(
                        Framing.Slot.CLIENT_JSON_PATCH,
                        entry -> codec.encode(push(entry, PatchedData.patch(codec, entry, patch))));
            case ProtobufCodec _ ->
                new Framing<>(
                        Framing.Slot.CLIENT_PROTOBUF_PATCH,
                        entry -> codec.encode(push(entry, PatchedData.patch(codec, entry, patch))));
        };
    }

    /// How a session with that codec frames a live publication.
    static Framing<Frame> framing(ProtocolCodec codec) {
        return switch (codec) {
            case JsonCodec json -> json.isUnidirectional() ? BARE_JSON : JSON;
            case ProtobufCodec _ -> PROTOBUF;
        };
    }

    static Publication publication(LogEntry entry) {
        return publication(entry, new PatchedData(entry.event().data(), false));
    }

    static Publication publication(LogEntry entry, PatchedData data) {
        var event = entry.event();
        var publisher = event.publisher();
        var info = publisher == null
                ? null
                : new ClientInfo(
                        publisher.user(), publisher.client(), publisher.connectionInfo(), publisher.channelInfo());
        Map<String, String> tags = new LinkedHashMap<>(event.tags());
        tags.put(ID_TAG, event.id().value());
        tags.put(TYPE_TAG, event.type());
        return new Publication(
                data.data(),
                info,
                entry.offset(),
                tags,
                data.isPatch(),
                event.time().toEpochMilli(),
                "");
    }

    private static Push push(LogEntry entry) {
        return Push.to(entry.event().channel().name(), new Push.Pub(publication(entry)));
    }

    private static Push push(LogEntry entry, PatchedData data) {
        return Push.to(entry.event().channel().name(), new Push.Pub(publication(entry, data)));
    }
}
