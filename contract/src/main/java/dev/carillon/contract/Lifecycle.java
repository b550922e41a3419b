package dev.carillon.contract;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What Carillon itself publishes about connections, channels and members, where that is switched on. Sockets
/// and webhooks subscribe to it as to anything else.
public enum Lifecycle {
    /// A client connected. On [#CONNECTIONS].
    CONNECTION_OPENED("connection.opened"),
    /// A client that was connected is gone. On [#CONNECTIONS].
    CONNECTION_CLOSED("connection.closed"),
    /// Somebody listens to a channel that nobody listened to.
    CHANNEL_OCCUPIED("channel.occupied"),
    /// Nobody listens to a channel any more.
    CHANNEL_VACATED("channel.vacated"),
    /// A client came into a channel.
    MEMBER_JOINED("member.joined"),
    /// A client went from a channel.
    MEMBER_LEFT("member.left"),
    /// A webhook endpoint gets nothing any more, until somebody enables it. On [#endpoint].
    ENDPOINT_DISABLED("endpoint.disabled"),
    /// A webhook endpoint that was disabled gets deliveries again. On [#endpoint].
    ENDPOINT_ENABLED("endpoint.enabled"),
    /// A webhook endpoint's URL has shown that it wants deliveries. On [#endpoint].
    ENDPOINT_VERIFIED("endpoint.verified"),
    /// A webhook endpoint fails so often that it is left alone for a while. On [#endpoint].
    ENDPOINT_FAILING("endpoint.failing"),
    /// A webhook endpoint is no more. On [#endpoint].
    ENDPOINT_DELETED("endpoint.deleted");

    /// Where events about connections are.
    public static final Channel CONNECTIONS = new Channel(Channel.RESERVED_NAMESPACE + ":connections");

    private static final String ENDPOINTS = Channel.RESERVED_NAMESPACE + ":endpoint.";

    private final String type;

    Lifecycle(String type) {
        this.type = type;
    }

    /// The type of the event.
    public String type() {
        return type;
    }

    /// Where events about `channel` are: `carillon:<channel>`. Null when there are none: about channels of
    /// Carillon itself, and where the name would be too long.
    public static @Nullable Channel channelAbout(Channel channel) {
        var name = Channel.RESERVED_NAMESPACE + ':' + channel.name();
        return channel.isReserved() || name.length() > Channel.MAX_LENGTH ? null : new Channel(name);
    }

    /// Where events about a webhook endpoint are.
    public static Channel endpoint(String id) {
        return new Channel(ENDPOINTS + id);
    }

    /// The webhook endpoint that the events of a channel are about, empty when they are about none. It does not
    /// get them itself, whatever it asks for.
    public static String endpointOf(Channel channel) {
        return channel.name().startsWith(ENDPOINTS) ? channel.name().substring(ENDPOINTS.length()) : "";
    }

    /// The event.
    ///
    /// @param id the same for every time that the same is told; also the idempotency key
    /// @param data a JSON object
    public Event event(Event.Id id, Channel channel, Instant time, ByteString data) {
        return new Event(id, type, Event.DEFAULT_SOURCE, time, channel, MediaTypes.JSON, data, Map.of(), null);
    }
}
