package dev.carillon.webhook.api;

import dev.carillon.kit.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// Places in lists as clients see them: text without meaning to them.
final class Cursors {

    private static final String SEPARATOR = "|";

    private Cursors() {}

    static String text(Object... parts) {
        var joined = String.join(
                SEPARATOR, List.of(parts).stream().map(String::valueOf).toList());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(joined.getBytes(StandardCharsets.UTF_8));
    }

    /// @param count how many parts there must be
    /// @throws ProblemException when it is no such text
    static List<String> parts(String cursor, int count) {
        try {
            var joined = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            var parts = List.of(joined.split("\\|", -1));
            if (parts.size() == count) {
                return parts;
            }
        } catch (IllegalArgumentException _) {
            // Not even Base64.
        }
        throw foreign();
    }

    static long number(String part) {
        try {
            return Long.parseLong(part);
        } catch (NumberFormatException e) {
            throw foreign();
        }
    }

    static ProblemException foreign() {
        return Requests.fault("after", "is no cursor of this list");
    }
}
