package dev.carillon.connection.auth;

import dev.carillon.connection.auth.TokenKeys.TokenKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The keys that issuers publish: those of each address by themselves, so that no issuer speaks for another.
///
/// Anybody can make up issuers as far as the operator's expression goes. So addresses where no keys were found
/// yet have few places, each of which is given to another address after a pause only, and they never take the
/// place of one whose keys are known.
///
/// Safe for use by many threads; never blocks.
final class PublishedKeys {

    static final int MAX_KNOWN = 256;
    static final int MAX_UNKNOWN = 64;

    private final KeyAddress address;
    private final Function<String, Jwks> source;

    /// By URL, those used longest ago first. Its lock guards it.
    private final LinkedHashMap<String, Jwks> sources = new LinkedHashMap<>(16, 0.75f, true);

    /// @param source makes what looks keys up at a URL
    PublishedKeys(KeyAddress address, Function<String, Jwks> source) {
        this.address = address;
        this.source = source;
    }

    /// Looks keys up whose address is known already, so that the first client need not wait.
    void start() {
        if (address.isFixed()) {
            var _ = await(Map.of(), "", null);
        }
    }

    /// The keys that are known for a token.
    ///
    /// @param found see [Issuance#find]
    List<TokenKey> keys(Map<String, String> found) {
        var url = address.url(found);
        var known = url == null ? null : known(url);
        return known == null ? List.of() : known.keys();
    }

    /// Completes when a key of that name is known, or cannot be had now.
    ///
    /// @param found see [Issuance#find]
    /// @param kid null when the token names none
    CompletionStage<Void> await(Map<String, String> found, String algorithm, @Nullable String kid) {
        var url = address.url(found);
        var keys = url == null ? null : admitted(url);
        return keys == null ? CompletableFuture.completedFuture(null) : keys.await(algorithm, kid);
    }

    private @Nullable Jwks known(String url) {
        synchronized (sources) {
            return sources.get(url);
        }
    }

    /// Null when there is no place for it now.
    private @Nullable Jwks admitted(String url) {
        synchronized (sources) {
            var known = sources.get(url);
            if (known != null) {
                return known;
            }
            boolean hasPlace = makePlace(MAX_UNKNOWN, Jwks::isUnknown, Jwks::rests)
                    && makePlace(MAX_KNOWN, keys -> !keys.isUnknown(), _ -> true);
            if (!hasPlace) {
                return null;
            }
            var added = source.apply(url);
            sources.put(url, added);
            return added;
        }
    }

    /// Has fewer than `most` of a kind, if need be without the one that was used longest ago of those that may
    /// go.
    private boolean makePlace(int most, Predicate<Jwks> kind, Predicate<Jwks> mayGo) {
        long count = sources.values().stream().filter(kind).count();
        if (count < most) {
            return true;
        }
        var leaving = sources.values().stream().filter(kind.and(mayGo)).findFirst();
        leaving.ifPresent(sources.values()::remove);
        return leaving.isPresent();
    }
}
