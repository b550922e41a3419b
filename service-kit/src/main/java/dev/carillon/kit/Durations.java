package dev.carillon.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/// Durations as people write them in JSON: `"30s"`, `"500ms"`, `"1h30m"`, `"2d"`, ISO 8601, or a number of
/// seconds.
public final class Durations {

    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,12}MS");

    private Durations() {}

    /// @throws IllegalArgumentException when it is none
    public static Duration parse(JsonNode value) {
        if (value.isNumber() && Math.abs(value.asDouble()) <= Integer.MAX_VALUE) {
            return Duration.ofMillis(Math.round(value.asDouble() * 1000));
        }
        var text = value.asText("").strip().toUpperCase(Locale.ROOT);
        if (!value.isTextual() || text.isEmpty() || text.length() > 30) {
            throw new IllegalArgumentException("is no duration such as \"30s\" or \"2h\"");
        }
        try {
            return Duration.parse(text.startsWith("P") ? text : iso(text));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("is no duration such as \"30s\" or \"2h\"", e);
        }
    }

    /// The shortest such text, `30s`.
    public static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private static String iso(String text) {
        if (MILLIS.matcher(text).matches()) {
            return "PT" + BigDecimal.valueOf(Long.parseLong(text, 0, text.length() - 2, 10), 3) + "S";
        }
        int days = text.indexOf('D');
        if (days < 0) {
            return "PT" + text;
        }
        var rest = text.substring(days + 1);
        return "P" + text.substring(0, days + 1) + (rest.isEmpty() ? "" : "T" + rest);
    }
}
