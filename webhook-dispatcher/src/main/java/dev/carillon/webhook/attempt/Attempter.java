package dev.carillon.webhook.attempt;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Event;
import dev.carillon.contract.webhook.WebhookSignature;
import dev.carillon.webhook.attempt.HttpSender.Reply;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.decide.Outcome.Fault;
import dev.carillon.webhook.endpoint.HeaderRules;
import dev.carillon.webhook.target.TargetGuard;
import dev.carillon.webhook.target.TargetGuard.Vetted;
import dev.carillon.webhook.vault.KeyRing;
import dev.carillon.webhook.vault.Vault;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One try at one endpoint, start to end: vet, render, sign, send. Every step is within the deadline, except
/// that the system's resolver may take longer; whoever counts on the deadline watches it too.
///
/// Waits: for virtual threads. Safe for use by many.
public final class Attempter {

    private static final Logger LOG = Logger.getLogger(Attempter.class);
    private static final String USER_AGENT = "Carillon/0.1 (webhooks)";
    private static final String ALLOWED_ORIGIN = "webhook-allowed-origin";
    private static final String ALLOWED_RATE = "webhook-allowed-rate";

    /// What is read of an answer that has to say something, at least.
    private static final int ECHO_KEPT = 4096;

    private final TargetGuard guard;
    private final HttpSender sender;
    private final KeyRing keys;
    private final Clock clock;
    private final Duration deadline;

    public Attempter(TargetGuard guard, HttpSender sender, KeyRing keys, Clock clock, Duration deadline) {
        this.guard = guard;
        this.sender = sender;
        this.keys = keys;
        this.clock = clock;
        this.deadline = deadline;
    }

    /// What an exchange came to.
    ///
    /// @param headers of the answer, or null without one
    private record Exchanged(Answer answer, @Nullable MultiMap headers) {}

    public Answer attempt(Endpoint endpoint, Event event) {
        return exchange(endpoint, () -> delivery(endpoint, event), sender.bodyKept())
                .answer();
    }

    /// The same, for an event whose answer says something: its beginning is in the answer's body.
    public Answer challenge(Endpoint endpoint, Event event) {
        return exchange(endpoint, () -> delivery(endpoint, event), Math.max(ECHO_KEPT, sender.bodyKept()))
                .answer();
    }

    /// Asks with `OPTIONS`. The request carries these headers and none of the endpoint's own: what they say is
    /// for deliveries.
    public Handshake handshake(Endpoint endpoint, Map<String, String> headers) {
        var all = new HashMap<>(headers);
        all.put("user-agent", USER_AGENT);
        var exchanged = exchange(endpoint, () -> new Call(HttpMethod.OPTIONS, all, ByteString.EMPTY), 0);
        var answered = exchanged.headers();
        return answered == null
                ? new Handshake(exchanged.answer(), null, null)
                : new Handshake(exchanged.answer(), answered.get(ALLOWED_ORIGIN), answered.get(ALLOWED_RATE));
    }

    private Exchanged exchange(Endpoint endpoint, Supplier<Call> call, int kept) {
        var at = clock.instant();
        return switch (guard.vet(endpoint.settings().url())) {
            case Vetted.Forbidden(var why) -> unreachable(at, Fault.FORBIDDEN, "the URL " + why);
            case Vetted.Unresolved _ -> unreachable(at, Fault.DNS, "the host has no address");
            case Vetted.Allowed target -> send(target, endpoint, call, kept, at);
        };
    }

    private Exchanged send(Vetted.Allowed target, Endpoint endpoint, Supplier<Call> call, int kept, Instant at) {
        var left = deadline.minus(Duration.between(at, clock.instant()));
        if (left.toMillis() <= 0) {
            return unreachable(at, Fault.TIMEOUT, "the host's address took too long to find");
        }
        Reply reply;
        try {
            reply = sender.send(target, call.get(), identity(endpoint), left, kept);
        } catch (Vault.LockedException e) {
            LOG.error("endpoint cannot be signed for", e);
            return unreachable(at, Fault.INTERNAL, "its secret cannot be opened here");
        }
        return switch (reply) {
            case Reply.None(var fault, var detail) -> unreachable(at, fault, detail);
            case Reply.Status(int status, var headers, var body) -> {
                var now = clock.instant();
                var outcome = status >= 200 && status < 300
                        ? new Outcome.Accepted(status)
                        : new Outcome.Refused(status, RetryAfter.parse(headers.get(HttpHeaders.RETRY_AFTER), now));
                yield new Exchanged(new Answer(outcome, status, body, at, Duration.between(at, now)), headers);
            }
        };
    }

    private Call delivery(Endpoint endpoint, Event event) {
        var rendering = Rendering.of(event, endpoint.settings().format());
        return new Call(HttpMethod.POST, headers(endpoint, event, rendering), rendering.body());
    }

    /// The endpoint's own headers first, so that ours win.
    private Map<String, String> headers(Endpoint endpoint, Event event, Rendering rendering) {
        var headers = new HashMap<String, String>();
        endpoint.settings().headers().forEach((name, value) -> {
            if (HeaderRules.fault(name, value).isEmpty()) {
                headers.put(name.toLowerCase(Locale.ROOT), value);
            }
        });
        var now = clock.instant();
        var id = WebhookSignature.webhookId(event.id().value());
        headers.putIfAbsent("user-agent", USER_AGENT);
        headers.putAll(rendering.headers());
        headers.putAll(Signatures.headers(
                keys.signers(endpoint, now), endpoint.settings().signatureStyles(), id, now, rendering.body()));
        return headers;
    }

    private @Nullable Identity identity(Endpoint endpoint) {
        var certificate = endpoint.keys().certificate();
        return certificate == null
                ? null
                : new Identity(endpoint.id(), certificate, () -> keys.open(endpoint, certificate));
    }

    private Exchanged unreachable(Instant at, Fault fault, String detail) {
        var outcome = new Outcome.Unreachable(fault, detail);
        return new Exchanged(new Answer(outcome, 0, "", at, Duration.between(at, clock.instant())), null);
    }
}
