package dev.carillon.connection;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an operator may set for connection-service.
@ConfigMapping(prefix = "carillon.connection")
public interface ConnectionConfig {

    /// Whether everybody may do everything without credentials. For local use only.
    @WithDefault("false")
    boolean insecure();

    /// The secret that signs the tokens of clients (JWT, HS256); at least 32 bytes. Without it no token is
    /// valid.
    Optional<String> tokenHmacSecret();

    /// Secrets that signed tokens before (HS256, HS384 or HS512), separated by commas: they still verify, so
    /// that the secret can be changed while tokens are out.
    Optional<List<String>> tokenRetiredHmacSecrets();

    /// Keys that verify tokens signed with RS, PS or ES 256, 384 or 512, or with EdDSA: in PEM
    /// (`-----BEGIN PUBLIC KEY-----`), separated by commas.
    Optional<List<String>> tokenPublicKeys();

    /// Where such keys are published as a JSON Web Key Set. A place in it such as `{{realm}}` stands for the
    /// group of that name in `token-issuer-pattern` or `token-audience-pattern`: each issuer's keys are then
    /// looked up, and kept, by themselves. What a token puts there is letters, digits and `-._~` only.
    Optional<@Pattern(regexp = "https?://.+") String> tokenJwksUrl();

    /// How long published keys are believed before they are looked up again. A token that names an unknown key
    /// makes them looked up too, but not within ten seconds.
    @WithDefault("10m")
    Duration tokenJwksRefresh();

    /// The cookie that a token may come in, for clients that bring none otherwise. No cookie counts when
    /// absent.
    Optional<String> tokenCookie();

    /// Whether clients may connect without saying who they are; they may do what namespaces let anyone do.
    @WithDefault("false")
    boolean allowAnonymous();

    /// What tokens must name as their audience (`aud`); not looked at when absent.
    Optional<String> tokenAudience();

    /// A regular expression that all of it must match instead; of several audiences, one.
    Optional<String> tokenAudiencePattern();

    /// What tokens must name as their issuer (`iss`); not looked at when absent.
    Optional<String> tokenIssuer();

    /// A regular expression that all of it must match instead, such as
    /// `https://id\.example\.com/(?<realm>[a-z]+)`. For other issuers nothing is looked up.
    Optional<String> tokenIssuerPattern();

    /// The keys that open all of the HTTP API, separated by commas; each as it is, or as `sha256:` and the hash
    /// in hexadecimal digits. Without any key nobody may use it, unless `insecure`.
    Optional<List<String>> apiKey();

    /// Keys that open a part of the HTTP API, by a name for people.
    Map<String, ApiKeyConfig> apiKeys();

    /// What holds for the channels of a namespace, by its name; `-` is for channels without one. What is
    /// changed through the HTTP API wins.
    Map<String, NamespaceConfig> namespaces();

    /// Whether only namespaces that are configured, here or through the HTTP API, have channels.
    @WithDefault("false")
    boolean strictNamespaces();

    /// Questions to the application.
    HooksConfig hooks();

    /// The origins of pages that may listen from a browser, separated by commas: `https://app.example.com`,
    /// `https://*.example.com` for all hosts below, or `*` for any, then without cookies. Pages of the
    /// service's own origin always may; in insecure mode all may when none is named.
    Optional<List<String>> allowedOrigins();

    /// The largest data of one event; above 1 MiB the topics' limits for records are in the way.
    @WithDefault("64K")
    MemorySize maxEventSize();

    /// How many events one batch may bring.
    @WithDefault("1000")
    @Min(1)
    @Max(10_000)
    int maxBatchEvents();

    /// Bytes of events that may wait for Kafka's acknowledgement; more is answered with 503.
    @WithDefault("16M")
    MemorySize publishInFlight();

    /// How long Kafka may take to acknowledge an event; then the publisher gets 503 and may repeat.
    @WithDefault("10s")
    Duration publishTimeout();

    /// How long a repeat with the same idempotency key gets the first answer.
    @WithDefault("5m")
    Duration idempotencyWindow();

    /// How many idempotency keys a node remembers; beyond it forgets the oldest, and fanout alone drops
    /// repeats.
    @WithDefault("50000")
    @Min(1)
    @Max(10_000_000)
    int idempotencyCapacity();

    /// The most events that one page of history holds, and the page of who asks for no limit is a tenth of it.
    @WithDefault("1000")
    @Min(10)
    @Max(10_000)
    int maxPage();

    /// The most channels of one client, stream or poll.
    @WithDefault("128")
    @Min(1)
    @Max(10_000)
    int maxChannels();

    /// Bytes that a client may leave unread before it is let go; it comes back and recovers from the log. At
    /// least three times the largest event count.
    @WithDefault("1M")
    MemorySize outboxCapacity();

    /// How often an idle plain SSE stream sends a comment, so that nobody between takes it for dead.
    @WithDefault("15s")
    Duration streamHeartbeat();

    /// How long an `EventSource` is told to wait before it comes back.
    @WithDefault("2s")
    Duration streamRetry();

    /// How many long polls a node holds. Those beyond it are answered at once, and told when to come again.
    @WithDefault("20000")
    @Min(0)
    @Max(10_000_000)
    int maxHeldPolls();

    /// The longest that a long poll is held.
    @WithDefault("30s")
    Duration maxPollWait();

    /// What this node is called: unique in the cluster, and part of a topic's name. Made of the host's name and
    /// a few random characters when absent.
    Optional<@Pattern(regexp = "[a-zA-Z0-9._-]{1,100}") String> node();

    /// How often a node tells that it lives. Owners forget a node after 10 s without a word.
    @WithDefault("3s")
    Duration heartbeat();

    /// How long a subscriber waits until its channel is followed; then it is told to try again. Client
    /// libraries themselves give up after 5 s, and drop the connection with it.
    @WithDefault("4s")
    Duration followTimeout();

    /// After which time an unanswered follow is asked again; doubles with each try.
    @WithDefault("2s")
    Duration followRetry();

    /// How long a node keeps following a channel after its last subscriber left.
    @WithDefault("30s")
    Duration followLinger();

    /// The most recent publications of a followed channel that a node keeps for later subscribers.
    @WithDefault("100")
    @Min(0)
    @Max(100_000)
    int recentPublications();

    /// The memory that they may take per channel.
    @WithDefault("256K")
    MemorySize recentBytes();

    /// How long the owner of a channel may take to answer a question about its past or its members.
    @WithDefault("5s")
    Duration historyTimeout();

    /// How many such questions may be open on a node; more are refused.
    @WithDefault("1000")
    @Min(1)
    @Max(1_000_000)
    int maxOpenHistories();

    /// How many follows may wait for their answers on a node; more subscribers are told to try again.
    @WithDefault("100000")
    @Min(1)
    @Max(10_000_000)
    int maxWaitingSubscribers();

    /// Whether it is published on `carillon:connections` when clients connect and when they are gone.
    @WithDefault("false")
    boolean lifecycleEvents();

    /// How often a client is pinged.
    @WithDefault("25s")
    Duration ping();

    /// How long a client may take to answer a ping.
    @WithDefault("10s")
    Duration pong();

    /// How long a connection may take to say who it is.
    @WithDefault("10s")
    Duration connectTimeout();

    /// How long a request may take to arrive whole, and the head of a connection's first one.
    @WithDefault("30s")
    Duration requestTimeout();

    /// The most publications that a client recovers at once; who missed more starts anew from its own state.
    @WithDefault("300")
    @Min(0)
    @Max(100_000)
    int maxRecovered();

    /// Over how long a node that leaves sends its clients to other nodes, so that they do not all come there at
    /// once. Few clients go faster.
    @WithDefault("20s")
    Duration drainPeriod();

    /// Over how long clients come back whose connection ended and that ask when to; a crowded node keeps them
    /// away up to five times as long.
    @WithDefault("2s")
    Duration reconnectSpread();

    /// The largest frame that a client may send.
    @WithDefault("64K")
    MemorySize maxFrame();

    /// The most connections of this node, over all transports; more are told to try again elsewhere. 0 for any
    /// number.
    @WithDefault("200000")
    @Min(0)
    int maxConnections();

    /// The most connections of one user at this node; one more ends with "connection limit". Users without a
    /// name are not counted. 0 for any number.
    @WithDefault("1000")
    @Min(0)
    int maxUserConnections();

    /// How many connections may be opened in a second on this node; more are told to try again. 0 for any
    /// number.
    @WithDefault("5000")
    @Min(0)
    int connectsPerSecond();

    /// How many commands a client may send in a second, as a mean: see `client-burst`. More are refused, and
    /// who goes on like that is let go. 0 for any number.
    @WithDefault("2000")
    @Min(0)
    int clientCommandsPerSecond();

    /// How many of them may be publishes. 0 for any number.
    @WithDefault("1000")
    @Min(0)
    int clientPublishesPerSecond();

    /// How many bytes a client may send in a second, as a mean. 0 for any number.
    @WithDefault("8M")
    MemorySize clientBytesPerSecond();

    /// How many commands of a client may be refused in a second, as a mean, before it is let go: refused
    /// because they come too fast, or because they make no sense, each for itself. 0 for any number.
    @WithDefault("200")
    @Min(0)
    int clientErrorsPerSecond();

    /// What a client did not use of these in so much time it may use at once.
    @WithDefault("5s")
    Duration clientBurst();
}
