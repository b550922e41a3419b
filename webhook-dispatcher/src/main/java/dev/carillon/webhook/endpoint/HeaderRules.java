package dev.carillon.webhook.endpoint;

import java.util.Locale;
import java.util.Set;

/// Which headers an endpoint may have sent along: names and values that are valid HTTP and not Carillon's own.
public final class HeaderRules {

    private static final Set<String> RESERVED = Set.of(
            "content-type",
            "content-length",
            "content-encoding",
            "host",
            "connection",
            "keep-alive",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "http2-settings",
            "accept-encoding");

    private static final Set<String> RESERVED_BEGINNINGS = Set.of("webhook-", "ce-", "proxy-");
    private static final String TOKEN = "!#$%&'*+-.^_`|~";
    private static final int MAX_VALUE = 4096;

    private HeaderRules() {}

    /// What is wrong with a header, for people; empty when nothing is.
    public static String fault(String name, String value) {
        var lower = name.toLowerCase(Locale.ROOT);
        if (lower.isEmpty() || lower.length() > 128 || !lower.chars().allMatch(HeaderRules::isTokenCharacter)) {
            return "is no header name";
        }
        if (RESERVED.contains(lower) || RESERVED_BEGINNINGS.stream().anyMatch(lower::startsWith)) {
            return "is reserved";
        }
        if (value.length() > MAX_VALUE) {
            return "has a value of more than " + MAX_VALUE + " characters";
        }
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 127))) {
            return "has a value with characters outside printable ASCII";
        }
        return "";
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || TOKEN.indexOf(c) >= 0;
    }
}
