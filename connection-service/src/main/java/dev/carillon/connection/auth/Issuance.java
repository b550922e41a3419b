package dev.carillon.connection.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.namespace.NamePattern;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who may issue tokens, and for whom: what tokens must say in `iss` and `aud`. Immutable.
final class Issuance {

    /// Anybody, for anybody.
    static final Issuance ANY = new Issuance(null, null);

    private final @Nullable NamePattern issuer;
    private final @Nullable NamePattern audience;

    /// @param issuer null when it does not matter
    /// @param audience null when it does not matter
    /// @throws IllegalArgumentException when both have a group of the same name
    Issuance(@Nullable NamePattern issuer, @Nullable NamePattern audience) {
        this.issuer = issuer;
        this.audience = audience;
        if (groupsOf(issuer).stream().anyMatch(groupsOf(audience)::contains)) {
            throw new IllegalArgumentException("token-issuer-pattern and token-audience-pattern share a group's name");
        }
    }

    static Issuance of(ConnectionConfig config) {
        return new Issuance(
                pattern("issuer", config.tokenIssuer(), config.tokenIssuerPattern()),
                pattern("audience", config.tokenAudience(), config.tokenAudiencePattern()));
    }

    private static @Nullable NamePattern pattern(String what, Optional<String> exact, Optional<String> expression) {
        if (exact.isPresent() && expression.isPresent()) {
            throw new IllegalArgumentException(
                    "of token-" + what + " and token-" + what + "-pattern only one may be set");
        }
        return exact.map(Pattern::quote)
                .or(() -> expression)
                .map(NamePattern::new)
                .orElse(null);
    }

    /// Whether it does not matter what tokens say.
    boolean isAny() {
        return issuer == null && audience == null;
    }

    /// The names of the groups.
    Set<String> groups() {
        var names = new HashSet<>(groupsOf(issuer));
        names.addAll(groupsOf(audience));
        return names;
    }

    private static Set<String> groupsOf(@Nullable NamePattern pattern) {
        return pattern == null ? Set.of() : pattern.groups();
    }

    /// What the groups are in a token's claims, by name; null when it is not from whom, or not for whom, it
    /// must be.
    @Nullable
    Map<String, String> find(JsonNode claims) {
        var from = claims.path("iss");
        var to = claims.path("aud");
        var found = new HashMap<String, String>();
        boolean isFromThem = find(issuer, List.of(from), found);
        return isFromThem && find(audience, to.isArray() ? to : List.of(to), found) ? found : null;
    }

    private static boolean find(@Nullable NamePattern pattern, Iterable<JsonNode> claims, Map<String, String> found) {
        if (pattern == null) {
            return true;
        }
        for (var claim : claims) {
            var groups = claim.isTextual() ? pattern.find(claim.textValue()) : null;
            if (groups != null) {
                found.putAll(groups);
                return true;
            }
        }
        return false;
    }
}
