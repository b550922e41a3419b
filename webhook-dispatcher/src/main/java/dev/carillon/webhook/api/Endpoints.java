package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Standing;
import dev.carillon.contract.Lifecycle;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.Durations;
import dev.carillon.kit.EntityTag;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import dev.carillon.webhook.WebhookConfig;
import dev.carillon.webhook.access.Access;
import dev.carillon.webhook.endpoint.EndpointDraft;
import dev.carillon.webhook.endpoint.EndpointEvents;
import dev.carillon.webhook.endpoint.EndpointRules;
import dev.carillon.webhook.endpoint.Standings;
import dev.carillon.webhook.intake.Dispatcher;
import dev.carillon.webhook.intake.Dispatcher.Running;
import dev.carillon.webhook.target.TargetGuard.Vetted;
import dev.carillon.webhook.vault.KeyRing;
import dev.carillon.webhook.vault.Vault;
import dev.carillon.webhook.verify.Consent;
import io.quarkus.arc.Arc;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the REST API does to endpoints: read, check, change, write.
///
/// Changes of this replica wait for one another, those of its engine and the writing included, so that none is made
/// to an old revision. Between replicas the last one wins; `If-Match` narrows that to milliseconds. Safe for use by
/// many virtual threads.
@Singleton
final class Endpoints {

    private static final Duration MAX_OVERLAP = Duration.ofDays(7);
    private static final Duration OVERLAP = Duration.ofHours(24);
    private static final int MAX_SECRETS = 5;
    private static final int MAX_ID = 64;
    /// Why an endpoint is disabled that somebody disabled.
    private static final String BY_HAND = "manual";

    private final Dispatcher dispatcher;
    private final WebhookConfig config;
    private final CurrentAccess access;
    private final Clock clock = Clock.systemUTC();
    private final Verifications verifications;

    Endpoints(Dispatcher dispatcher, WebhookConfig config, CurrentAccess access) {
        this.dispatcher = dispatcher;
        this.verifications = new Verifications(this, dispatcher.verifier());
        this.config = config;
        this.access = access;
    }

    /// @throws ProblemException while Kafka is waited for
    Running running() {
        var running = dispatcher.running();
        if (running == null) {
            throw ProblemException.retryAfter(
                    ProblemType.UNAVAILABLE, "the service is still starting", Duration.ofSeconds(2));
        }
        return running;
    }

    /// An endpoint that the request sees.
    ///
    /// @throws ProblemException with 404, also for endpoints of other owners
    Endpoint get(String id) {
        var endpoint = running().endpoints().find(id);
        if (endpoint == null || !access().sees(endpoint)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "there is no endpoint " + id);
        }
        return endpoint;
    }

    /// An endpoint that the request asks about, if it names one, must be one that it sees. Who sees everything
    /// may ask about endpoints that are gone.
    void check(@Nullable String id) {
        if (id != null && access().owner() != null) {
            get(id);
        }
    }

    /// What the service does of its own accord, outside of any request, sees everything.
    private Access access() {
        return Arc.container().requestContext().isActive() ? access.get() : Access.ALL;
    }

    /// All endpoints that the request sees.
    Stream<Endpoint> all() {
        var seen = access();
        return running().endpoints().all().stream().filter(seen::sees);
    }

    Endpoint create(ObjectNode body, String id) {
        if (id.length() > MAX_ID) {
            throw Requests.fault("id", "must have at most " + MAX_ID + " characters");
        }
        var now = clock.instant();
        var read = EndpointDraft.read(owned(body));
        var settings = checked(read, null);
        var signer = SigningSecrets.read(body);
        SigningSecrets.requireSuited(settings, signer);
        var vault = dispatcher.vault();
        var secret = new Endpoint.Secret(Certificates.seal(vault, id, signer.reveal()), now, null);
        var certificate = Certificates.read(id, body, null, vault, now);
        var state = Endpoint.State.initial(now, Standings.initial(settings));
        var endpoint = new Endpoint(
                id,
                settings,
                new Endpoint.Keys(List.of(secret), certificate),
                read.enabled() ? state : state.asDisabled(BY_HAND));
        var created = changed(() -> {
            if (running().endpoints().find(id) != null) {
                throw ProblemException.of(ProblemType.CONFLICT, "there is an endpoint " + id + " already");
            }
            running().store().put(endpoint);
            return endpoint;
        });
        verifications.begin(created);
        return created;
    }

    /// @param ifMatch the revision that must be there, or null for any
    /// @param body as it was sent
    /// @param settings what is to be, from what is
    Endpoint replace(
            String id,
            @Nullable String ifMatch,
            ObjectNode body,
            java.util.function.Function<Endpoint, ObjectNode> settings) {
        var replaced = change(id, ifMatch, endpoint -> {
            var read = EndpointDraft.read(owned(settings.apply(endpoint)));
            var checked = checked(read, endpoint.settings());
            requireSuited(endpoint, checked);
            var before = endpoint.keys().certificate();
            var certificate = Certificates.read(id, body, before, dispatcher.vault(), clock.instant());
            var state = Standings.after(endpoint, checked);
            var keys = new Endpoint.Keys(endpoint.keys().secrets(), certificate);
            var kept = new Endpoint(id, checked, keys, endpoint.state());
            return kept.with(read.enabled() ? state.asEnabled() : disabled(state));
        });
        verifications.begin(replaced);
        return replaced;
    }

    /// Asks the URLs of these endpoints for their consent, as if they were new, unless they are asked already.
    void resume(Stream<Endpoint> unfinished) {
        unfinished.forEach(verifications::resume);
    }

    /// Asks its URL for its consent, now.
    Consent verify(String id) {
        return verifications.ask(get(id));
    }

    /// Its URL has shown that it wants deliveries, unless it is asked for something else by now.
    ///
    /// @param rate deliveries a minute that it allows, 0 for no limit
    void verified(Endpoint asked, int rate) {
        changed(() -> {
            var endpoint = running().endpoints().find(asked.id());
            if (endpoint != null && Verifications.isSame(endpoint, asked)) {
                var verified = endpoint.state().withStanding(Standing.VERIFIED, rate);
                if (!verified.equals(endpoint.state())) {
                    put(endpoint, endpoint.with(verified));
                }
            }
            return rate;
        });
    }

    boolean isGrant(String token, Endpoint endpoint) {
        return dispatcher.grants().isToken(token, endpoint);
    }

    /// Its URL says later what it was asked for.
    Consent grantedLater(Endpoint endpoint, @Nullable String origin, @Nullable String rate) {
        return verifications.later(endpoint, dispatcher.verifier().later(endpoint, origin, rate));
    }

    /// The secrets of an endpoint, opened, newest first.
    List<KeyRing.Key> keys(Endpoint endpoint) {
        try {
            return dispatcher.keyRing().keys(endpoint);
        } catch (Vault.LockedException e) {
            throw ProblemException.of(ProblemType.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private void requireSuited(Endpoint endpoint, Endpoint.Settings settings) {
        if (!settings.signatureStyles().isEmpty()) {
            SigningSecrets.requireSuited(settings, keys(endpoint).getFirst().signer());
        }
    }

    Endpoint enable(String id, @Nullable String ifMatch, boolean enabled) {
        return change(id, ifMatch, endpoint -> {
            var state = endpoint.state();
            if (state.enabled() == enabled) {
                return endpoint;
            }
            return endpoint.with(enabled ? state.asEnabled() : state.asDisabled(BY_HAND));
        });
    }

    Endpoint rotate(String id, @Nullable String ifMatch, ObjectNode body) {
        var overlap = overlap(body);
        var signer = SigningSecrets.read(body);
        var key = Certificates.seal(dispatcher.vault(), id, signer.reveal());
        return change(id, ifMatch, endpoint -> {
            SigningSecrets.requireSuited(endpoint.settings(), signer);
            return rotated(endpoint, key, overlap);
        });
    }

    void delete(String id, @Nullable String ifMatch) {
        changed(() -> {
            var endpoint = get(id);
            requireMatch(ifMatch, endpoint);
            var store = running().store();
            store.write(EndpointEvents.record(Lifecycle.ENDPOINT_DELETED, endpoint, "", clock.instant()));
            store.delete(id);
            return id;
        });
    }

    private Endpoint change(String id, @Nullable String ifMatch, UnaryOperator<Endpoint> change) {
        return changed(() -> {
            var before = get(id);
            requireMatch(ifMatch, before);
            var after = change.apply(before);
            if (!after.equals(before)) {
                put(before, after);
            }
            return after;
        });
    }

    private <T> T changed(java.util.function.Supplier<T> change) {
        return running().store().changing(change);
    }

    /// What is told of a change is written before the change: a kill between them tells of a change that nobody
    /// was told to have succeeded, but never keeps one back.
    private void put(Endpoint before, Endpoint after) {
        var store = running().store();
        EndpointEvents.between(before, after, clock.instant()).forEach(store::write);
        store.put(after);
    }

    private void requireMatch(@Nullable String ifMatch, Endpoint endpoint) {
        if (ifMatch == null && config.requireIfMatch()) {
            throw ProblemException.of(
                    ProblemType.PRECONDITION_REQUIRED, "If-Match is needed: the ETag that you have seen, or *");
        }
        EntityTag.requireMatch(ifMatch, endpoint.state().revision());
    }

    /// What somebody asks for who sees one owner's endpoints is that owner's.
    private ObjectNode owned(ObjectNode settings) {
        var owner = access().owner();
        return owner == null ? settings : settings.deepCopy().put("owner", owner);
    }

    /// One that is disabled already keeps its reason.
    private static Endpoint.State disabled(Endpoint.State state) {
        return state.enabled() ? state.asDisabled(BY_HAND) : state;
    }

    private Endpoint.Settings checked(EndpointDraft.Read read, Endpoint.@Nullable Settings before) {
        var faults = new ArrayList<>(read.faults());
        var settings = read.settings();
        if (settings != null) {
            faults.addAll(EndpointRules.faults(settings, before, access(), config.strictTypes()));
        }
        if (settings != null && dispatcher.guard().vet(settings.url()) instanceof Vetted.Forbidden(var why)) {
            faults.add(new FieldFault("/url", why));
        }
        if (settings == null || !faults.isEmpty()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "some of the endpoint is not valid", faults);
        }
        return settings;
    }

    private Endpoint rotated(Endpoint endpoint, String key, Duration overlap) {
        var now = clock.instant();
        var secrets = new ArrayList<Endpoint.Secret>();
        secrets.add(new Endpoint.Secret(key, now, null));
        for (var secret : endpoint.keys().secrets()) {
            var end = earlier(secret.expiresAt(), now.plus(overlap));
            if (end.isAfter(now) && secrets.size() < MAX_SECRETS) {
                secrets.add(new Endpoint.Secret(secret.key(), secret.createdAt(), end));
            }
        }
        var keys = new Endpoint.Keys(secrets, endpoint.keys().certificate());
        return endpoint.with(dispatcher.vault().sealed(endpoint.id(), keys));
    }

    private static Instant earlier(@Nullable Instant expiresAt, Instant end) {
        return expiresAt != null && expiresAt.isBefore(end) ? expiresAt : end;
    }

    /// The entity tag of an endpoint.
    static String tag(Endpoint endpoint) {
        return EntityTag.of(endpoint.state().revision());
    }

    private static Duration overlap(ObjectNode body) {
        var given = body.path("overlap");
        if (given.isMissingNode() || given.isNull()) {
            return OVERLAP;
        }
        Duration overlap;
        try {
            overlap = Durations.parse(given);
        } catch (IllegalArgumentException e) {
            throw Requests.fault("/overlap", String.valueOf(e.getMessage()));
        }
        if (overlap.isNegative() || overlap.compareTo(MAX_OVERLAP) > 0) {
            throw Requests.fault("/overlap", "must be between 0 and 7 days");
        }
        return overlap;
    }
}
