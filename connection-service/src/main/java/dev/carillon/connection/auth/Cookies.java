package dev.carillon.connection.auth;

import org.jspecify.annotations.Nullable;

/// Finds one cookie in the header `Cookie`. A pure function.
public final class Cookies {

    private Cookies() {}

    /// Its value, empty when it is not there.
    public static String value(@Nullable String header, String name) {
        if (header == null) {
            return "";
        }
        for (var part : header.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0 && part.substring(0, equals).strip().equals(name)) {
                var value = part.substring(equals + 1).strip();
                boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return isQuoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return "";
    }
}
