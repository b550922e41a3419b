package dev.carillon.connection.auth;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which pages may use this service from a browser. Only browsers say where a request comes from, so only they
/// are held to it.
///
/// Immutable.
final class Origins {

    /// What stands for every origin.
    private static final String ANY = "*";

    /// What is to be done with a request.
    enum Verdict {
        /// No page, or a page of this very service: nothing to say about it.
        OWN,
        /// A page that is allowed, with the user's cookies.
        TRUSTED,
        /// Any page is allowed, but not with the user's cookies.
        PUBLIC,
        /// A page that is not allowed.
        REFUSED
    }

    private final List<String> allowed;
    private final boolean open;

    /// @param allowed origins (`https://app.example.com`, `https://*.example.com`), or `*` for any
    /// @param insecure whether any origin is trusted when none is named
    Origins(List<String> allowed, boolean insecure) {
        this.allowed = allowed.stream()
                .map(origin -> origin.strip().toLowerCase(Locale.ROOT))
                .filter(origin -> !origin.isEmpty())
                .toList();
        this.open = insecure && this.allowed.isEmpty();
    }

    /// @param origin the header `Origin`, null when there is none
    /// @param authority what the request was sent to: `host` or `host:port`
    Verdict judge(@Nullable String origin, @Nullable String authority) {
        if (origin == null) {
            return Verdict.OWN;
        }
        var lower = origin.toLowerCase(Locale.ROOT);
        if (authority != null && isSame(lower, authority.toLowerCase(Locale.ROOT))) {
            return Verdict.OWN;
        }
        if (open || allowed.stream().anyMatch(pattern -> matches(pattern, lower))) {
            return Verdict.TRUSTED;
        }
        return allowed.contains(ANY) ? Verdict.PUBLIC : Verdict.REFUSED;
    }

    /// The scheme is left out of it: whether it was TLS is known in front of this service only.
    private static boolean isSame(String origin, String authority) {
        for (var scheme : List.of("http://", "https://")) {
            if (origin.startsWith(scheme)) {
                var port = scheme.equals("http://") ? ":80" : ":443";
                return withoutPort(origin.substring(scheme.length()), port).equals(withoutPort(authority, port));
            }
        }
        return false;
    }

    private static String withoutPort(String authority, String port) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }

    /// A star stands for one or more whole labels, and for nothing else.
    private static boolean matches(String pattern, String origin) {
        int star = pattern.indexOf("://*.");
        if (star < 0) {
            return pattern.equals(origin);
        }
        var scheme = pattern.substring(0, star + 3);
        var suffix = pattern.substring(star + 4);
        if (!origin.startsWith(scheme) || !origin.endsWith(suffix)) {
            return false;
        }
        int end = origin.length() - suffix.length();
        return end > scheme.length()
                && origin.substring(scheme.length(), end).chars().allMatch(Origins::isOfHost);
    }

    private static boolean isOfHost(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    }
}
