package dev.carillon.webhook.api;

import dev.carillon.kit.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A place in a list, which clients see as text that means nothing to them.
///
/// @param parts what the place is made of; no text with a `|` in it
record ListCursor(List<String> parts) {

    private static final String SEPARATOR = "|";

    ListCursor {
        parts = List.copyOf(parts);
    }

    static ListCursor of(Object... parts) {
        return new ListCursor(Stream.of(parts).map(String::valueOf).collect(Collectors.toList()));
    }

    /// @throws ProblemException when it is no text of a cursor
    static ListCursor read(String after) {
        try {
            var joined = new String(Base64.getUrlDecoder().decode(after), StandardCharsets.UTF_8);
            return new ListCursor(List.of(joined.split("\\|", -1)));
        } catch (IllegalArgumentException _) {
            throw foreign();
        }
    }

    /// @param count how many parts there must be
    /// @throws ProblemException when it is no text of such a cursor
    static ListCursor read(String after, int count) {
        var cursor = read(after);
        if (cursor.parts.size() != count) {
            throw foreign();
        }
        return cursor;
    }

    /// As clients see it.
    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8));
    }

    String part(int number) {
        if (number >= parts.size()) {
            throw foreign();
        }
        return parts.get(number);
    }

    long number(int number) {
        try {
            return Long.parseLong(part(number));
        } catch (NumberFormatException _) {
            throw foreign();
        }
    }

    int index(int number) {
        try {
            return Integer.parseInt(part(number));
        } catch (NumberFormatException _) {
            throw foreign();
        }
    }

    static ProblemException foreign() {
        return Requests.fault("after", "is no cursor of this list");
    }
}
