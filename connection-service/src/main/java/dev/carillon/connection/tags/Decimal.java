package dev.carillon.connection.tags;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// A decimal number such as `-12.50`, exact, to compare others with. Comparing whole numbers of up to 18 digits
/// allocates nothing.
///
/// @param whole its value if it is such a whole number; otherwise it is in `other`
/// @param other null for a whole number
record Decimal(long whole, @Nullable BigDecimal other) {

    /// The longest number, in characters.
    static final int MAX_LENGTH = 40;

    private static final int LONG_DIGITS = 18;

    /// @param text must be a number
    static Decimal of(String text) {
        return isWhole(text) ? new Decimal(parse(text), null) : new Decimal(0, new BigDecimal(text));
    }

    /// Whether it is: an optional sign, digits, and optionally a point and digits.
    static boolean isNumber(String text) {
        int digits = 0;
        boolean point = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (c == '.' && !point && digits > 0 && i < text.length() - 1) {
                point = true;
            } else if (i > 0 || (c != '-' && c != '+')) {
                return false;
            }
        }
        return digits > 0 && text.length() <= MAX_LENGTH;
    }

    /// @param text must be a number
    int compareTo(String text) {
        if (other == null && isWhole(text)) {
            return Long.compare(whole, parse(text));
        }
        var mine = other == null ? BigDecimal.valueOf(whole) : other;
        return mine.compareTo(new BigDecimal(text));
    }

    private static boolean isWhole(String number) {
        return number.length() <= LONG_DIGITS && number.indexOf('.') < 0;
    }

    private static long parse(String number) {
        return Long.parseLong(number);
    }
}
