package dev.carillon.webhook.attempt;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Event;
import dev.carillon.contract.webhook.WebhookSignature;
import dev.carillon.webhook.attempt.HttpSender.Reply;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.decide.Outcome.Fault;
import dev.carillon.webhook.endpoint.HeaderRules;
import dev.carillon.webhook.target.TargetGuard;
import dev.carillon.webhook.target.TargetGuard.Vetted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// One try at one endpoint, start to end: vet, render, sign, send. Every step is within the deadline, except
/// that the system's resolver may take longer; whoever counts on the deadline watches it too.
///
/// Waits: for virtual threads. Safe for use by many.
public final class Attempter {

    private static final String USER_AGENT = "Carillon/0.1 (webhooks)";

    private final TargetGuard guard;
    private final HttpSender sender;
    private final Clock clock;
    private final Duration deadline;

    public Attempter(TargetGuard guard, HttpSender sender, Clock clock, Duration deadline) {
        this.guard = guard;
        this.sender = sender;
        this.clock = clock;
        this.deadline = deadline;
    }

    public Answer attempt(Endpoint endpoint, Event event) {
        var at = clock.instant();
        return switch (guard.vet(endpoint.settings().url())) {
            case Vetted.Forbidden(var why) -> unreachable(at, Fault.FORBIDDEN, "the URL " + why);
            case Vetted.Unresolved _ -> unreachable(at, Fault.DNS, "the host has no address");
            case Vetted.Allowed target -> send(target, endpoint, event, at);
        };
    }

    private Answer send(Vetted.Allowed target, Endpoint endpoint, Event event, Instant at) {
        var left = deadline.minus(Duration.between(at, clock.instant()));
        if (left.toMillis() <= 0) {
            return unreachable(at, Fault.TIMEOUT, "the host's address took too long to find");
        }
        var rendering = Rendering.of(event, endpoint.settings().format());
        var headers = headers(endpoint, event, rendering);
        return switch (sender.post(target, headers, rendering.body(), left)) {
            case Reply.None(var fault, var detail) -> unreachable(at, fault, detail);
            case Reply.Status(int status, var retryAfter, var body) -> {
                var now = clock.instant();
                var outcome = status >= 200 && status < 300
                        ? new Outcome.Accepted(status)
                        : new Outcome.Refused(status, RetryAfter.parse(retryAfter, now));
                yield new Answer(outcome, status, body, at, Duration.between(at, now));
            }
        };
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
        headers.put(WebhookSignature.ID_HEADER, id);
        headers.put(WebhookSignature.TIMESTAMP_HEADER, Long.toString(now.getEpochSecond()));
        headers.put(
                WebhookSignature.SIGNATURE_HEADER, Signatures.of(endpoint.keys().secrets(), id, now, rendering.body()));
        return headers;
    }

    private Answer unreachable(Instant at, Fault fault, String detail) {
        return new Answer(new Outcome.Unreachable(fault, detail), 0, "", at, Duration.between(at, clock.instant()));
    }
}
