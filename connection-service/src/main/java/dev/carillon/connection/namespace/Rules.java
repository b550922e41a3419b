package dev.carillon.connection.namespace;

import dev.carillon.contract.Namespace;
import dev.carillon.contract.NamespaceCodec;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// A namespace with what is worked out of it once.
record Rules(Namespace namespace, @Nullable NamePattern pattern) {

    /// @throws IllegalArgumentException when the row cannot be read
    static Rules read(byte[] row) {
        return of(NamespaceCodec.read(row));
    }

    /// @throws IllegalArgumentException when its pattern is none
    static Rules of(Namespace namespace) {
        var expression = namespace.channelPattern();
        try {
            return new Rules(namespace, expression == null ? null : new NamePattern(expression));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("namespace has an unreadable channelPattern", e);
        }
    }

    boolean admits(String channel) {
        return pattern == null || pattern.matches(channel);
    }
}
