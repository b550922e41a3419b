package dev.carillon.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A webhook URL that somebody registered: a row of [Topics#ENDPOINT_STATE], keyed by `id`.
///
/// @param id names the endpoint; never used again for another
/// @param owner whose it is; empty when there is one owner only
/// @param url where deliveries go
/// @param description for people
/// @param channels patterns of the channels that it wants, at least one; see [ChannelPattern]
/// @param types the event types that it wants; empty for all
/// @param format how the body looks
/// @param ordering whether a delivery waits for the one before it
/// @param headers sent along with every delivery
/// @param schedule delays between attempts, or null for the service's schedule
/// @param enabled whether anything is delivered at the moment
/// @param metadata for whoever registered it
/// @param secrets what signs deliveries, newest first
/// @param createdAt when it was registered
/// @param revision grows with every change
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Endpoint(
        String id,
        String owner,
        String url,
        String description,
        List<String> channels,
        List<String> types,
        Format format,
        Ordering ordering,
        Map<String, String> headers,
        @Nullable List<Duration> schedule,
        boolean enabled,
        Map<String, String> metadata,
        List<Secret> secrets,
        Instant createdAt,
        long revision) {

    public Endpoint {
        channels = List.copyOf(channels);
        types = List.copyOf(types);
        headers = Map.copyOf(headers);
        schedule = schedule == null ? null : List.copyOf(schedule);
        metadata = Map.copyOf(metadata);
        secrets = List.copyOf(secrets);
    }

    /// How a delivery looks on the wire.
    public enum Format {
        /// The body is `{type, timestamp, data}` (Standard Webhooks).
        STANDARD,
        /// The body is the data, the event's attributes are `ce-*` headers (CloudEvents HTTP binding).
        CE_BINARY,
        /// The body is the whole CloudEvent as JSON.
        CE_STRUCTURED
    }

    /// Which deliveries of one endpoint may overtake one another.
    public enum Ordering {
        /// All: a failing delivery is retried later while others go on.
        NONE,
        /// None: first success in log order.
        ENDPOINT
    }

    /// A signing secret. Its text form tells nothing.
    ///
    /// @param key `whsec_…` or `whsk_…`
    /// @param expiresAt when it stops signing, or null while it is the newest
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Secret(
            String key, Instant createdAt, @Nullable Instant expiresAt) {
        @Override
        public String toString() {
            return "Secret[createdAt=" + createdAt + ", expiresAt=" + expiresAt + "]";
        }
    }
}
