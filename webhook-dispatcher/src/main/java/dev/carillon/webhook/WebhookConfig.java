package dev.carillon.webhook;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything about webhook-dispatcher that can be chosen.
@ConfigMapping(prefix = "carillon.webhook")
public interface WebhookConfig {

    /// Names this replica, the same after a restart: its place in the consumer group and its transactions.
    /// Host and HTTP port when not given. No two replicas may share one.
    Optional<String> instance();

    /// How long after its last sign of life a replica's partitions move to another one, which takes two or three
    /// seconds more. Brokers allow 6 s or more unless told otherwise.
    @WithDefault("8s")
    Duration sessionTimeout();

    /// How often what was decided is committed: what a crash may repeat.
    @WithDefault("75ms")
    Duration commitInterval();

    /// After how long Kafka gives an unfinished transaction up. Others wait so long for what a crash left
    /// behind.
    @WithDefault("10s")
    Duration transactionTimeout();

    /// How long attempts may still take when partitions are about to move.
    @WithDefault("2s")
    Duration revokePatience();

    /// How many ledger entries before the needed ones a new owner reads, to recognise repeated deliveries.
    @WithDefault("5000")
    @Min(0)
    int ledgerMemory();

    /// How long an attempt may take in all, from resolving the name to the end of the answer.
    @WithDefault("15s")
    Duration attemptDeadline();

    /// How much of an answer's body is kept in the ledger, if it is text. The rest is not read.
    @WithDefault("16K")
    MemorySize responseKept();

    /// Attempts in flight, of all endpoints together.
    @WithDefault("1024")
    @Min(1)
    int concurrency();

    /// Attempts in flight of one endpoint, at most; how many there are depends on how it answers.
    @WithDefault("64")
    @Min(1)
    @Max(1024)
    int endpointConcurrency();

    /// Attempts in flight at one host and port, for whichever endpoints.
    @WithDefault("64")
    @Min(1)
    int hostConcurrency();

    /// Data of attempts in flight, of all endpoints together.
    @WithDefault("64M")
    MemorySize inFlightBytes();

    /// Failures in a row after which an endpoint gets nothing for a while but one delivery now and then.
    @WithDefault("10")
    @Min(1)
    int breakerFailures();

    /// How long that while is at first; it doubles each time the one delivery fails.
    @WithDefault("5s")
    Duration breakerFirstWait();

    /// How long that while is at most.
    @WithDefault("5m")
    Duration breakerLongestWait();

    /// An endpoint that did nothing but fail for so long is disabled.
    @WithDefault("5d")
    Duration disableAfter();

    /// Deliveries of one endpoint that wait in memory; further ones wait in Kafka.
    @WithDefault("1000")
    @Min(1)
    int endpointQueue();

    /// Deliveries that wait in memory, of all endpoints together. With twice as many in memory, waiting or under way,
    /// no further ones are read.
    @WithDefault("20000")
    @Min(100)
    int queue();

    /// Bytes of deliveries in memory; when there are more, no further ones are read.
    @WithDefault("128M")
    MemorySize queueBytes();

    /// Delays of the retry topics, one topic each; the same on all replicas. Any delay between attempts works
    /// with any tiers. A tier may be taken away only when its topic is empty.
    @WithDefault("5s,30s,5m,30m,2h,5h")
    @NotEmpty
    List<Duration> retryTiers();

    /// Delays between attempts, for endpoints without a schedule of their own. Chance adds up to a fifth.
    @WithDefault("5s,30s,5m,30m,2h,5h,10h,14h,20h,24h")
    List<Duration> schedule();

    /// Networks (CIDR) that may be dialled although they are not public. Empty: only public addresses.
    Optional<List<String>> allowedTargets();

    /// Keys that seal secrets before they are written (AES-256): `id:base64`, 32 bytes each, newest first. The
    /// newest seals, all open. None: with `insecure`, secrets are written as they are; otherwise nothing is
    /// registered.
    Optional<List<String>> masterKeys();

    /// The one way out for attempts: `http://[user:password@]host:port` or `socks5://…`. The proxies of the
    /// environment are never asked.
    Optional<String> proxy();

    /// A file of certificates (PEM) that targets are trusted by, instead of the system's.
    Optional<String> trustedCertificates();

    /// Who asks a URL for its consent, in the CloudEvents handshake: a DNS name.
    @WithDefault("carillon")
    String origin();

    /// Where the REST API is reached from outside, such as `https://hooks.example.com`: the beginning of the
    /// callback in the CloudEvents handshake. Without it no callback is offered.
    Optional<String> publicUrl();

    /// Deliveries a minute that the CloudEvents handshake asks for, for endpoints without a limit.
    @WithDefault("6000")
    @Min(1)
    int requestedRate();

    /// Keys that may use the REST API, in the header `X-API-Key` or as `Authorization: apikey …`. Each as it
    /// is, or `sha256:` and its hash in hexadecimal digits.
    Optional<List<String>> apiKey();

    /// Keys that open a part of the REST API, by a name for people.
    Map<String, ApiKeyConfig> apiKeys();

    /// What portal tokens are signed with: `<key id>:<at least 32 characters>`, the newest first. The others
    /// still verify. Without one, no tokens are issued.
    Optional<List<String>> portalSecrets();

    /// Streams of attempts that are open at the same time, on this replica.
    @WithDefault("200")
    @Min(1)
    int streams();

    /// Whether the event types that endpoints ask for must be named as in `order.created`.
    @WithDefault("false")
    boolean strictTypes();

    /// Whether changes of endpoints must say which revision they change (`If-Match`).
    @WithDefault("false")
    boolean requireIfMatch();

    /// Whether the REST API asks for no key at all. For local use.
    @WithDefault("false")
    boolean insecure();

    /// How many of the newest records per partition a listing of attempts or dead letters looks at.
    @WithDefault("20000")
    @Min(1)
    int scanLimit();

    /// How many deliveries one answer about the ledger accounts for; further ones are in the next answer.
    @WithDefault("20000")
    @Min(1)
    int ledgerDeliveries();

    /// How many attempts per partition one answer about the ledger or about statistics looks at.
    @WithDefault("500000")
    @Min(1)
    int ledgerEntries();

    /// How long a REST request waits for Kafka.
    @WithDefault("10s")
    Duration requestPatience();
}
