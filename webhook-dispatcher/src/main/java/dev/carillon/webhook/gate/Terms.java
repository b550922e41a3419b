package dev.carillon.webhook.gate;

import dev.carillon.contract.Endpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// On what terms an endpoint is attempted.
///
/// @param isOpen whether it wants anything at all at the moment
/// @param isOrdered one after the other, in the order in which they came
/// @param rate deliveries a minute, 0 for no limit
/// @param host name and port of its server; empty when that is not known
public record Terms(boolean isOpen, boolean isOrdered, long rate, String host) {

    /// Limits are chosen for a second, and granted for a minute.
    private static final long MINUTE = 60;

    /// For an endpoint that nobody knows: attempts find out that there is none.
    static final Terms UNKNOWN = new Terms(true, false, 0, "");

    static Terms of(Endpoint endpoint) {
        var settings = endpoint.settings();
        return new Terms(
                isOpen(endpoint),
                settings.ordering() == Endpoint.Ordering.ENDPOINT,
                lower(MINUTE * settings.rateLimit(), endpoint.state().grantedRate()),
                host(settings.url()));
    }

    /// Whether deliveries need not wait. What comes for an endpoint that never showed that it wants any does not
    /// either: attempts find out that it is owed nothing.
    public static boolean isOpen(Endpoint endpoint) {
        return endpoint.state().enabled() && endpoint.state().standing() != Endpoint.Standing.LAPSED;
    }

    private static long lower(long one, long other) {
        if (one == 0 || other == 0) {
            return Math.max(one, other);
        }
        return Math.min(one, other);
    }

    private static String host(String url) {
        try {
            var authority = new URI(url).getRawAuthority();
            return authority == null ? "" : authority.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
