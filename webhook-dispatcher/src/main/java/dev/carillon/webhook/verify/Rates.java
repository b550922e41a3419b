package dev.carillon.webhook.verify;

import org.jspecify.annotations.Nullable;

/// Rates as the CloudEvents handshake writes them, in requests a minute. Pure.
final class Rates {

    private static final int MINUTE = 60;
    private static final int LONGEST = 9;

    private Rates() {}

    static int perMinute(int perSecond) {
        return Math.multiplyExact(perSecond, MINUTE);
    }

    /// Deliveries a minute, 0 for no limit, -1 when the header is none. What is not said is what was asked for.
    ///
    /// @param asked deliveries a minute
    static int granted(@Nullable String allowed, int asked) {
        if (allowed == null || allowed.isBlank()) {
            return asked;
        }
        var text = allowed.strip();
        if (text.equals("*")) {
            return 0;
        }
        boolean isNumber = text.length() <= LONGEST && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber || Integer.parseInt(text) == 0) {
            return -1;
        }
        return Integer.parseInt(text);
    }
}
