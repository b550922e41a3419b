package dev.carillon.webhook.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Event;
import dev.carillon.contract.MediaTypes;
import dev.carillon.webhook.attempt.Answer;
import dev.carillon.webhook.attempt.Attempter;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.vault.Grants;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Asks the server behind a URL whether it wants deliveries, once.
///
/// `challenge`: a signed delivery of type [#TYPE] whose data is `{"challenge": "…"}`; a 2xx answer has to
/// repeat the value, alone or as the member `challenge` of a JSON object. `cloudevents`: the handshake of HTTP
/// 1.1 Web Hooks for Event Delivery 1.0.
///
/// Waits: for virtual threads. Safe for use by many.
public final class Verifier {

    /// The type of the event that asks.
    public static final String TYPE = "webhook.verification";

    static final String REQUEST_ORIGIN = "webhook-request-origin";
    static final String REQUEST_CALLBACK = "webhook-request-callback";
    static final String REQUEST_RATE = "webhook-request-rate";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int CHALLENGE_BYTES = 24;

    private final Attempter attempter;
    private final Grants grants;
    private final Asking asking;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /// Who asks, and for what.
    ///
    /// @param origin a DNS name
    /// @param publicUrl where we are reached, or null when we are not
    /// @param rate deliveries a minute, for endpoints without a limit
    public record Asking(String origin, @Nullable String publicUrl, int rate) {}

    public Verifier(Attempter attempter, Grants grants, Asking asking, Clock clock) {
        this.attempter = attempter;
        this.grants = grants;
        this.asking = asking;
        this.clock = clock;
    }

    public Consent ask(Endpoint endpoint) {
        return switch (endpoint.settings().verification()) {
            case NONE -> new Consent.Granted(0);
            case CHALLENGE -> challenge(endpoint);
            case CLOUDEVENTS -> handshake(endpoint);
        };
    }

    /// Reads a grant that comes later, by the callback.
    ///
    /// @param allowedOrigin as its header says, or null: whoever knows the token need not say it again
    public Consent later(Endpoint endpoint, @Nullable String allowedOrigin, @Nullable String allowedRate) {
        if (allowedOrigin != null && !isOurs(allowedOrigin)) {
            return new Consent.Refused("it allows another origin");
        }
        return granted(endpoint, allowedRate);
    }

    private Consent challenge(Endpoint endpoint) {
        var bytes = new byte[CHALLENGE_BYTES];
        random.nextBytes(bytes);
        var challenge = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var answer = attempter.challenge(endpoint, event(endpoint.id(), challenge));
        if (!(answer.outcome() instanceof Outcome.Accepted)) {
            return new Consent.Refused(detail(answer));
        }
        return echoes(answer.body(), challenge)
                ? new Consent.Granted(0)
                : new Consent.Refused("its answer does not repeat the challenge");
    }

    private Consent handshake(Endpoint endpoint) {
        var headers =
                new HashMap<>(Map.of(REQUEST_ORIGIN, asking.origin(), REQUEST_RATE, Integer.toString(asked(endpoint))));
        var callback = callback(endpoint);
        if (callback != null) {
            headers.put(REQUEST_CALLBACK, callback);
        }
        var handshake = attempter.handshake(endpoint, headers);
        var origin = handshake.allowedOrigin();
        boolean isAccepted = handshake.answer().outcome() instanceof Outcome.Accepted;
        if (isAccepted && origin != null && isOurs(origin)) {
            return granted(endpoint, handshake.allowedRate());
        }
        if (!isAccepted) {
            return new Consent.Refused(detail(handshake.answer()));
        }
        return callback == null ? new Consent.Refused("its answer does not allow this origin") : new Consent.Open();
    }

    private Consent granted(Endpoint endpoint, @Nullable String allowedRate) {
        int rate = Rates.granted(allowedRate, asked(endpoint));
        return rate < 0 ? new Consent.Refused("it allows a rate that is no number") : new Consent.Granted(rate);
    }

    private int asked(Endpoint endpoint) {
        int limit = endpoint.settings().rateLimit();
        return limit > 0 ? Rates.perMinute(limit) : asking.rate();
    }

    private @Nullable String callback(Endpoint endpoint) {
        var base = asking.publicUrl();
        if (base == null) {
            return null;
        }
        var rooted = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return rooted + "/v1/grants/" + endpoint.id() + "/" + grants.token(endpoint);
    }

    private boolean isOurs(String allowedOrigin) {
        var allowed = allowedOrigin.strip();
        return allowed.equals("*") || allowed.equalsIgnoreCase(asking.origin());
    }

    private static boolean echoes(String body, String challenge) {
        var text = body.strip();
        if (isSame(text, challenge)) {
            return true;
        }
        try {
            var tree = JSON.readTree(text);
            return tree != null
                    && (isSame(tree.asText(), challenge)
                            || isSame(tree.path("challenge").asText(), challenge));
        } catch (JsonProcessingException _) {
            // It is no JSON, so it does not say it in JSON.
            return false;
        }
    }

    private static boolean isSame(String text, String challenge) {
        return MessageDigest.isEqual(text.getBytes(StandardCharsets.UTF_8), challenge.getBytes(StandardCharsets.UTF_8));
    }

    private Event event(String endpoint, String challenge) {
        return new Event(
                new Event.Id("verification_" + UUID.randomUUID()),
                TYPE,
                Event.DEFAULT_SOURCE,
                clock.instant(),
                new Channel(Channel.RESERVED_NAMESPACE + ":endpoint." + endpoint),
                MediaTypes.JSON,
                ByteString.copyFromUtf8(JSON.createObjectNode()
                        .put("challenge", challenge)
                        .put("endpoint", endpoint)
                        .toString()),
                Map.of(),
                null);
    }

    private static String detail(Answer answer) {
        return switch (answer.outcome()) {
            case Outcome.Unreachable(var fault, var detail) -> fault.text() + ": " + detail;
            case Outcome.Accepted _, Outcome.Refused _ -> "it answered " + answer.status();
            case Outcome.Deleted _, Outcome.Disabled _, Outcome.Unverified _, Outcome.Withdrawn _ -> "it was not asked";
        };
    }
}
