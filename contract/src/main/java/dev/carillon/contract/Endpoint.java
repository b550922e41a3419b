package dev.carillon.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A webhook URL that somebody registered: a row of [Topics#ENDPOINT_STATE], keyed by `id`.
///
/// @param id names the endpoint; never used again for another
/// @param settings what whoever registered it chose
/// @param keys what it signs with and shows; never in a log
/// @param state how it is doing
public record Endpoint(String id, Settings settings, Keys keys, State state) {

    /// The same with other settings, as the next revision.
    public Endpoint with(Settings changed) {
        return new Endpoint(id, changed, keys, state.next());
    }

    /// The same with other keys, as the next revision.
    public Endpoint with(Keys changed) {
        return new Endpoint(id, settings, changed, state.next());
    }

    /// The same in another state, as the next revision.
    public Endpoint with(State changed) {
        return new Endpoint(id, settings, keys, changed.next());
    }

    /// What can be chosen.
    ///
    /// @param owner whose it is; empty when there is one owner only
    /// @param url where deliveries go
    /// @param description for people
    /// @param channels patterns of the channels that it wants, at least one; see [ChannelPattern]
    /// @param types the event types that it wants; empty for all
    /// @param format how the body looks
    /// @param ordering whether a delivery waits for the one before it
    /// @param onHeadExhausted what becomes of an ordered endpoint when a delivery is given up
    /// @param headers sent along with every delivery
    /// @param schedule delays between attempts, or null for the service's schedule
    /// @param rateLimit deliveries a second at most, 0 for no limit
    /// @param giveUpOn HTTP statuses after which no further attempt is made
    /// @param signatureStyles signature headers beside those of Standard Webhooks
    /// @param verification how the URL has to show that it wants deliveries, before it gets any
    /// @param metadata for whoever registered it
    public record Settings(
            String owner,
            String url,
            String description,
            List<String> channels,
            List<String> types,
            Format format,
            Ordering ordering,
            OnHeadExhausted onHeadExhausted,
            Map<String, String> headers,
            @Nullable List<Duration> schedule,
            int rateLimit,
            Set<Integer> giveUpOn,
            Set<SignatureStyle> signatureStyles,
            Verification verification,
            Map<String, String> metadata) {

        public Settings {
            channels = List.copyOf(channels);
            types = List.copyOf(types);
            headers = Map.copyOf(headers);
            schedule = schedule == null ? null : List.copyOf(schedule);
            giveUpOn = Set.copyOf(giveUpOn);
            signatureStyles = Set.copyOf(signatureStyles);
            metadata = Map.copyOf(metadata);
        }

        /// All events of all channels, everything else by default.
        public static Settings of(String url) {
            return new Settings(
                    "",
                    url,
                    "",
                    List.of("*"),
                    List.of(),
                    Format.STANDARD,
                    Ordering.NONE,
                    OnHeadExhausted.SKIP,
                    Map.of(),
                    null,
                    0,
                    Set.of(),
                    Set.of(),
                    Verification.NONE,
                    Map.of());
        }
    }

    /// What an endpoint signs with and shows.
    ///
    /// @param secrets sign deliveries, newest first
    /// @param certificate what connections show of themselves (mTLS), or null
    public record Keys(List<Secret> secrets, @Nullable ClientCertificate certificate) {
        public Keys {
            secrets = List.copyOf(secrets);
        }
    }

    /// How an endpoint is doing.
    ///
    /// @param enabled whether anything is delivered at the moment; what comes meanwhile is kept for later
    /// @param disabledReason why not, for programs; empty while enabled
    /// @param standing whether its URL has shown that it wants deliveries
    /// @param grantedRate deliveries a minute that the URL allowed when it was verified, 0 for no limit
    /// @param createdAt when it was registered
    /// @param revision grows with every change
    public record State(
            boolean enabled,
            String disabledReason,
            Standing standing,
            int grantedRate,
            Instant createdAt,
            long revision) {

        /// A new endpoint's.
        public static State initial(Instant createdAt, Standing standing) {
            return new State(true, "", standing, 0, createdAt, 1);
        }

        /// Enabled. Everything else as it is, the revision too.
        public State asEnabled() {
            return new State(true, "", standing, grantedRate, createdAt, revision);
        }

        /// Disabled. Everything else as it is, the revision too.
        public State asDisabled(String reason) {
            return new State(false, reason, standing, grantedRate, createdAt, revision);
        }

        /// Everything else as it is, the revision too.
        public State withStanding(Standing changed, int rate) {
            return new State(enabled, disabledReason, changed, rate, createdAt, revision);
        }

        State next() {
            return new State(enabled, disabledReason, standing, grantedRate, createdAt, revision + 1);
        }
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

    /// What becomes of an ordered endpoint when a delivery is given up.
    public enum OnHeadExhausted {
        /// It becomes a dead letter, and the next one follows.
        SKIP,
        /// It stays first, and the endpoint is disabled until somebody enables it again.
        PAUSE
    }

    /// Signature headers that other systems use; see `docs/webhooks.md`.
    public enum SignatureStyle {
        /// `Stripe-Signature: t=…,v1=…`
        STRIPE,
        /// `X-Hub-Signature-256: sha256=…`
        GITHUB
    }

    /// How a URL shows that it wants deliveries.
    public enum Verification {
        /// Not at all.
        NONE,
        /// It echoes a challenge that is sent to it.
        CHALLENGE,
        /// It answers the handshake of CloudEvents HTTP Webhook 1.0.
        CLOUDEVENTS
    }

    /// Whether a URL has shown that it wants deliveries.
    public enum Standing {
        /// It has, or need not.
        VERIFIED,
        /// Not yet: it is owed nothing.
        UNVERIFIED,
        /// An earlier URL had, and this one must again: events are kept for it until then.
        LAPSED
    }

    /// A signing secret. Its text form tells nothing.
    ///
    /// @param key `whsec_…` or `whsk_…`, or either of them encrypted
    /// @param expiresAt when it stops signing, or null while it is the newest
    public record Secret(
            String key, Instant createdAt, @Nullable Instant expiresAt) {
        @Override
        public String toString() {
            return "Secret[createdAt=" + createdAt + ", expiresAt=" + expiresAt + "]";
        }
    }

    /// A certificate to show, and its key. Its text form tells nothing of the key.
    ///
    /// @param chain PEM, the own certificate first
    /// @param key PEM (PKCS #8), or that encrypted
    public record ClientCertificate(String chain, String key) {
        @Override
        public String toString() {
            return "ClientCertificate[hidden]";
        }
    }
}
