package dev.carillon.contract;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Events and log entries in Protobuf, as they travel in inboxes.
///
/// ```
/// Event      1 id  2 type  3 source  4 seconds  5 nanos  6 channel  7 content type  8 data  9 tags (map)  10
/// publisher
/// LogEntry   1 offset  2 event
/// Publisher  1 user  2 client  3 connection info  4 channel info (numbered as the client protocol's ClientInfo)
/// ```
public final class EventCodec {

    private EventCodec() {}

    /// A publisher alone, as in the header [EventHeaders#PUBLISHER].
    public static ByteString publisher(Publisher publisher) {
        return ProtobufFields.write(out -> {
            out.writeString(1, publisher.user());
            out.writeString(2, publisher.client());
            out.writeBytes(3, publisher.connectionInfo());
            out.writeBytes(4, publisher.channelInfo());
        });
    }

    /// @throws IllegalArgumentException when `bytes` cannot be read
    public static Publisher publisher(ByteString bytes) {
        var text = new String[] {"", ""};
        var info = new ByteString[] {ByteString.EMPTY, ByteString.EMPTY};
        ProtobufFields.read(bytes.newCodedInput(), (field, tag, in) -> {
            switch (field) {
                case 1, 2 -> text[field - 1] = in.readStringRequireUtf8();
                case 3, 4 -> info[field - 3] = in.readBytes();
                default -> in.skipField(tag);
            }
        });
        return new Publisher(text[0], text[1], info[0], info[1]);
    }

    static ByteString entry(LogEntry entry) {
        return ProtobufFields.write(out -> {
            out.writeInt64(1, entry.offset());
            out.writeBytes(2, event(entry.event()));
        });
    }

    static LogEntry entry(ByteString bytes) {
        var builder = new Builder();
        ProtobufFields.read(bytes.newCodedInput(), (field, tag, in) -> {
            switch (field) {
                case 1 -> builder.offset = in.readInt64();
                case 2 -> builder.readEvent(in.readBytes());
                default -> in.skipField(tag);
            }
        });
        return new LogEntry(builder.offset, builder.event());
    }

    private static ByteString event(Event event) {
        return ProtobufFields.write(out -> {
            out.writeString(1, event.id().value());
            out.writeString(2, event.type());
            out.writeString(3, event.source());
            writeTime(out, event.time());
            out.writeString(6, event.channel().name());
            out.writeString(7, event.contentType());
            out.writeBytes(8, event.data());
            for (var tag : event.tags().entrySet()) {
                out.writeBytes(9, ProtobufFields.write(pair -> writePair(pair, tag)));
            }
            var publisher = event.publisher();
            if (publisher != null) {
                out.writeBytes(10, publisher(publisher));
            }
        });
    }

    private static void writeTime(CodedOutputStream out, Instant time) throws IOException {
        long seconds = time.getEpochSecond();
        int nanos = time.getNano();
        out.writeInt64(4, seconds);
        out.writeInt32(5, nanos);
    }

    private static void writePair(CodedOutputStream out, Map.Entry<String, String> pair) throws IOException {
        out.writeString(1, pair.getKey());
        out.writeString(2, pair.getValue());
    }

    /// Collects the fields of one event. Confined to one call.
    private static final class Builder {
        private long offset;
        private String id = "";
        private String type = "";
        private String source = "";
        private long seconds;
        private int nanos;
        private String channel = "";
        private String contentType = "";
        private ByteString data = ByteString.EMPTY;
        private final Map<String, String> tags = new HashMap<>();
        private @Nullable Publisher publisher;

        void readEvent(ByteString bytes) {
            ProtobufFields.read(bytes.newCodedInput(), this::readField);
        }

        private void readField(int field, int tag, CodedInputStream in) throws IOException {
            switch (field) {
                case 1 -> id = in.readStringRequireUtf8();
                case 2 -> type = in.readStringRequireUtf8();
                case 3 -> source = in.readStringRequireUtf8();
                case 4 -> seconds = in.readInt64();
                case 5 -> nanos = in.readInt32();
                case 6 -> channel = in.readStringRequireUtf8();
                case 7 -> contentType = in.readStringRequireUtf8();
                case 8 -> data = in.readBytes();
                case 9 -> readTag(in.readBytes());
                case 10 -> publisher = publisher(in.readBytes());
                default -> in.skipField(tag);
            }
        }

        private void readTag(ByteString bytes) {
            var pair = new String[] {"", ""};
            ProtobufFields.read(bytes.newCodedInput(), (field, tag, in) -> {
                switch (field) {
                    case 1, 2 -> pair[field - 1] = in.readStringRequireUtf8();
                    default -> in.skipField(tag);
                }
            });
            tags.put(pair[0], pair[1]);
        }

        Event event() {
            return new Event(
                    new Event.Id(id),
                    type,
                    source,
                    Instant.ofEpochSecond(seconds, nanos),
                    new Channel(channel),
                    contentType,
                    data,
                    tags,
                    publisher);
        }
    }
}
