package dev.carillon.webhook.attempt;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// The header `Retry-After`: seconds or an HTTP date.
final class RetryAfter {

    private RetryAfter() {}

    /// How long to wait, or null when the header is absent, unreadable or in the past.
    static @Nullable Duration parse(@Nullable String header, Instant now) {
        if (header == null || header.isBlank()) {
            return null;
        }
        var text = header.strip();
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return text.length() > 9 ? Duration.ofDays(365) : Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            var until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return until.isAfter(now) ? Duration.between(now, until) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
