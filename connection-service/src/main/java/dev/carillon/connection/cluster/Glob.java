package dev.carillon.connection.cluster;

import java.util.function.Predicate;

/// Patterns with `*` for any characters and `?` for one. Pure.
final class Glob {

    private Glob() {}

    /// @param pattern empty for everything
    static Predicate<String> of(String pattern) {
        return pattern.isEmpty() ? _ -> true : text -> matches(pattern, text);
    }

    /// Goes back to the last star only, so it takes at most pattern times text steps, whatever the pattern.
    private static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int afterStar = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                afterStar = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++afterStar;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
