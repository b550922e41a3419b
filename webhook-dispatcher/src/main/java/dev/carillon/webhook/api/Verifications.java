package dev.carillon.webhook.api;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Standing;
import dev.carillon.contract.TelemetryNames;
import dev.carillon.kit.LogScope;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.verify.Consent;
import dev.carillon.webhook.verify.Verifier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Asks URLs for their consent and writes down what they say: in the background, some times, when an endpoint
/// is new or has another URL; at once when somebody wants it. What a crash interrupts, the next owner of the
/// endpoint begins again ([Resumption]).
///
/// Safe for use by many threads.
final class Verifications {

    private static final Logger LOG = Logger.getLogger(Verifications.class);
    private static final List<Duration> PAUSES =
            List.of(Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(5));
    private static final int AT_ONCE = 64;

    private final Endpoints endpoints;
    private final Verifier verifier;
    private final Executor threads = Thread::startVirtualThread;
    private final Semaphore permits = new Semaphore(AT_ONCE);

    /// Those that are asked here at the moment, by their ids: one series each, the newest.
    private final Map<String, Endpoint> asked = new ConcurrentHashMap<>();

    Verifications(Endpoints endpoints, Verifier verifier) {
        this.endpoints = endpoints;
        this.verifier = verifier;
    }

    /// Asks soon, if there is anything to ask.
    void begin(Endpoint endpoint) {
        if (endpoint.state().standing() != Standing.VERIFIED) {
            asked.put(endpoint.id(), endpoint);
            tryLater(endpoint, 0);
        }
    }

    /// Asks soon what somebody else may have begun to ask, unless it is asked here anyway.
    void resume(Endpoint endpoint) {
        if (asked.putIfAbsent(endpoint.id(), endpoint) == null) {
            tryLater(endpoint, 0);
        }
    }

    /// Asks now. An endpoint that is verified is asked again, and stays so whatever it says.
    Consent ask(Endpoint endpoint) {
        return follow(endpoint, verifier.ask(endpoint));
    }

    /// A grant that came by the callback.
    Consent later(Endpoint endpoint, Consent consent) {
        return follow(endpoint, consent);
    }

    private Consent follow(Endpoint endpoint, Consent consent) {
        if (consent instanceof Consent.Granted(int rate)) {
            endpoints.verified(endpoint, rate);
        }
        return consent;
    }

    private void tryLater(Endpoint endpoint, int tried) {
        var delayed = CompletableFuture.delayedExecutor(PAUSES.get(tried).toMillis(), TimeUnit.MILLISECONDS, threads);
        delayed.execute(() -> tryNow(endpoint, tried));
    }

    private void tryNow(Endpoint endpoint, int tried) {
        try (var _ = LogScope.of(TelemetryNames.ENDPOINT_ID, endpoint.id())) {
            boolean isNewest = endpoint.equals(asked.get(endpoint.id()));
            if (isNewest && isStillOpen(endpoint) && !isGranted(endpoint) && tried + 1 < PAUSES.size()) {
                tryLater(endpoint, tried + 1);
            } else {
                asked.remove(endpoint.id(), endpoint);
            }
        }
    }

    private boolean isGranted(Endpoint endpoint) {
        permits.acquireUninterruptibly();
        try {
            return switch (ask(endpoint)) {
                case Consent.Granted _ -> {
                    LOG.info("endpoint is verified");
                    yield true;
                }
                // The callback will tell.
                case Consent.Open _ -> true;
                case Consent.Refused(var why) -> {
                    LOG.debugf("endpoint is not verified: %s", why);
                    yield false;
                }
            };
        } catch (RuntimeException e) {
            LOG.warn("endpoint cannot be verified at the moment", e);
            return false;
        } finally {
            permits.release();
        }
    }

    /// Whether it is still to be asked, at that URL and in that way.
    private boolean isStillOpen(Endpoint endpoint) {
        try {
            var now = endpoints.get(endpoint.id());
            return now.state().standing() != Standing.VERIFIED && isSame(now, endpoint);
        } catch (ProblemException e) {
            LOG.debug("endpoint is gone, or the service is about to end", e);
            return false;
        }
    }

    static boolean isSame(Endpoint now, Endpoint asked) {
        var settings = now.settings();
        return settings.url().equals(asked.settings().url())
                && settings.verification() == asked.settings().verification()
                && now.state().createdAt().equals(asked.state().createdAt());
    }
}
