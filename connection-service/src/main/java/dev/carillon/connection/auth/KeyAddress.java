package dev.carillon.connection.auth;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where issuers publish their keys: a URL, perhaps with places for what tokens say of their issuer and
/// audience, such as `https://id.example.com/{{realm}}/jwks`. Immutable.
///
/// What is put there comes from tokens that nobody has verified yet. So it is letters, digits and `-._~` only,
/// and not dots alone: nothing that ends a host or a path's segment.
final class KeyAddress {

    private static final Pattern PLACE = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Pattern VALUE = Pattern.compile("(?!\\.+$)[A-Za-z0-9._~-]{1,200}");

    private final String template;
    private final List<String> places;

    /// @param groups the names that there may be places for
    /// @throws IllegalArgumentException when it has a place for something else
    KeyAddress(String template, Set<String> groups) {
        this.template = template;
        this.places =
                PLACE.matcher(template).results().map(place -> place.group(1)).toList();
        boolean isWhole = !PLACE.matcher(template).replaceAll("").contains("{{");
        if (!isWhole || !groups.containsAll(places)) {
            throw new IllegalArgumentException("token-jwks-url has a place that is no named group of"
                    + " token-issuer-pattern or token-audience-pattern");
        }
    }

    /// Whether it is the same for all tokens.
    boolean isFixed() {
        return places.isEmpty();
    }

    /// The URL for a token.
    ///
    /// @param found what the groups are in the token
    /// @return null when that fits into no URL
    @Nullable
    String url(Map<String, String> found) {
        var values = new HashMap<>(found);
        values.keySet().retainAll(places);
        boolean fits =
                values.keySet().containsAll(places) && values.values().stream().allMatch(VALUE.asMatchPredicate());
        return fits ? PLACE.matcher(template).replaceAll(place -> values.getOrDefault(name(place), "")) : null;
    }

    private static String name(MatchResult place) {
        return place.group(1);
    }
}
