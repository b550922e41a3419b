package dev.carillon.webhook.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;

/// Targets that must be refused wherever a URL is taken.
public final class RefusedTargets {

    private static final String NAME = "name ";

    private RefusedTargets() {}

    public static Stream<String> all() {
        return lines().map(line -> line.startsWith(NAME) ? line.substring(NAME.length()) : line)
                .map(String::translateEscapes);
    }

    /// Those that need no resolver to be recognised.
    public static Stream<String> withoutNames() {
        return lines().filter(line -> !line.startsWith(NAME)).map(String::translateEscapes);
    }

    private static Stream<String> lines() {
        try (var file = Objects.requireNonNull(RefusedTargets.class.getResourceAsStream("/refused-targets.txt"))) {
            return new String(file.readAllBytes(), UTF_8)
                    .lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
