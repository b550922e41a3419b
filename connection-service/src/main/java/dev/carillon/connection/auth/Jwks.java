package dev.carillon.connection.auth;

import dev.carillon.connection.Outbound;
import dev.carillon.connection.auth.TokenKeys.TokenKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/// The keys that somebody publishes as a JSON Web Key Set. Known keys are used at once, and looked up again
/// behind the scenes when they are old; what cannot be looked up stays as it was.
///
/// Safe for use by many threads; never blocks.
final class Jwks {

    /// An unknown key is no reason to ask more often: anybody can make up names of keys.
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger LOG = Logger.getLogger(Jwks.class);

    private final Outbound outbound;
    private final String url;
    private final Duration refresh;
    private final LongSupplier nanos;
    private volatile List<TokenKey> keys = List.of();
    private @Nullable CompletableFuture<Void> flight;
    private boolean asked;
    private long askedAt;

    /// @param nanos a clock such as [System#nanoTime]
    Jwks(Outbound outbound, String url, Duration refresh, LongSupplier nanos) {
        this.outbound = outbound;
        this.url = url;
        this.refresh = refresh;
        this.nanos = nanos;
    }

    List<TokenKey> keys() {
        return keys;
    }

    /// Whether no keys were found yet.
    boolean isUnknown() {
        return keys.isEmpty();
    }

    /// Whether it is a while ago that it asked.
    synchronized boolean rests() {
        return asked && flight == null && nanos.getAsLong() - askedAt >= PAUSE.toNanos();
    }

    /// Completes when a key of that name is known, or cannot be had now.
    ///
    /// @param kid null when the token names none
    CompletionStage<Void> await(String algorithm, @Nullable String kid) {
        boolean isKnown = keys.stream().anyMatch(key -> key.fits(algorithm, kid));
        var news = look(isKnown ? refresh : PAUSE);
        return isKnown || news == null ? CompletableFuture.completedFuture(null) : news;
    }

    /// Asks, unless it was asked within `pause`; null when nothing is on its way.
    private synchronized @Nullable CompletableFuture<Void> look(Duration pause) {
        if (flight != null) {
            return flight;
        }
        if (asked && nanos.getAsLong() - askedAt < pause.toNanos()) {
            return null;
        }
        asked = true;
        askedAt = nanos.getAsLong();
        var news = new CompletableFuture<Void>();
        flight = news;
        outbound.get(url, PATIENCE).whenComplete((answer, failure) -> {
            try {
                landed(answer, failure);
            } finally {
                news.complete(null);
            }
        });
        return news;
    }

    private void landed(Outbound.@Nullable Answer answer, @Nullable Throwable failure) {
        try {
            if (answer == null || answer.status() != 200) {
                LOG.warnf(failure, "keys of tokens cannot be looked up (%s)", answer == null ? "" : answer.status());
            } else {
                keys = read(answer.body().toStringUtf8());
            }
        } catch (JoseException | RuntimeException e) {
            LOG.warn("keys of tokens cannot be read", e);
        } finally {
            synchronized (this) {
                flight = null;
            }
        }
    }

    private static List<TokenKey> read(String json) throws JoseException {
        return new JsonWebKeySet(json)
                .getJsonWebKeys().stream()
                        .filter(key -> key instanceof PublicJsonWebKey && !"enc".equals(key.getUse()))
                        .map(key -> new TokenKey(key.getKeyId(), key.getKey()))
                        .toList();
    }
}
