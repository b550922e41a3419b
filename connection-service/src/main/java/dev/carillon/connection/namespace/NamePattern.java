package dev.carillon.connection.namespace;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A regular expression for names – of channels, of who issues tokens – whose price is bounded: names come from
/// clients, and some expressions take for ever on some names.
///
/// Safe for use by many threads.
public final class NamePattern {

    /// Looks at characters that a match may take; a channel's name has 255 of them at most.
    private static final int MAX_LOOKS = 50_000;

    private final Pattern pattern;

    /// @throws java.util.regex.PatternSyntaxException when it is none
    public NamePattern(String expression) {
        this.pattern = Pattern.compile(expression);
    }

    /// A pattern where `*` stands for anything, and all else for itself.
    public static NamePattern wildcard(String text) {
        return new NamePattern(
                Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }

    /// Whether all of the name matches; not, when that takes too long to find out.
    public boolean matches(String name) {
        return match(name) != null;
    }

    /// The names of the groups that have one.
    public Set<String> groups() {
        return pattern.namedGroups().keySet();
    }

    /// What the groups that have a name are in `name`, as far as they take part in the match.
    ///
    /// @return null when not all of it matches
    public @Nullable Map<String, String> find(String name) {
        var match = match(name);
        if (match == null) {
            return null;
        }
        var found = new HashMap<String, String>();
        for (var group : pattern.namedGroups().entrySet()) {
            int start = match.start(group.getValue());
            if (start >= 0) {
                found.put(group.getKey(), name.substring(start, match.end(group.getValue())));
            }
        }
        return found;
    }

    private @Nullable MatchResult match(String name) {
        var matcher = pattern.matcher(new Counted(name, 0, name.length(), new AtomicInteger()));
        try {
            return matcher.matches() ? matcher : null;
        } catch (TooManyLooksException | StackOverflowError _) {
            return null;
        }
    }

    private static final class TooManyLooksException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyLooksException() {
            super("too many looks", null, false, false);
        }
    }

    /// A name that counts how often it is looked at.
    private record Counted(String name, int start, int end, AtomicInteger looks) implements CharSequence {

        @Override
        public int length() {
            return end - start;
        }

        @Override
        public char charAt(int index) {
            if (looks.incrementAndGet() > MAX_LOOKS) {
                throw new TooManyLooksException();
            }
            return name.charAt(start + index);
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return new Counted(name, start + from, start + to, looks);
        }

        @Override
        public String toString() {
            return name.substring(start, end);
        }
    }
}
