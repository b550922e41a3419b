package dev.carillon.connection.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.contract.Channel;
import dev.carillon.contract.NodeCommand.Target;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads members of a request's JSON object, and says of each what is wrong with it. Confined to one call.
final class BodyReader {

    private final JsonNode body;

    /// @throws ProblemException when the body is not a JSON object
    BodyReader(@Nullable JsonNode body) {
        if (body == null || !body.isObject()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the body must be a JSON object");
        }
        this.body = body;
    }

    static ProblemException fault(String pointer, String detail) {
        return ProblemException.of(
                ProblemType.BAD_REQUEST, "the request is not valid", List.of(new FieldFault(pointer, detail)));
    }

    /// Empty when it is not there.
    String text(String name) {
        var node = body.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        if (!node.isTextual()) {
            throw fault("/" + name, "must be a string");
        }
        return node.asText();
    }

    int number(String name, int otherwise) {
        var node = body.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return otherwise;
        }
        if (!node.isInt()) {
            throw fault("/" + name, "must be a number");
        }
        return node.asInt();
    }

    /// False when it is not there.
    boolean flag(String name) {
        var node = body.path(name);
        if (node.isMissingNode() || node.isBoolean()) {
            return node.asBoolean();
        }
        throw fault("/" + name, "must be true or false");
    }

    @Nullable
    Instant instant(String name) {
        var text = text(name);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw fault("/" + name, "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z");
        }
    }

    /// ISO 8601, or seconds.
    Duration duration(String name, Duration otherwise) {
        var node = body.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return otherwise;
        }
        try {
            var duration = node.isNumber()
                    ? Duration.ofMillis(Math.round(node.asDouble() * 1000))
                    : Duration.parse(node.asText());
            if (!duration.isNegative() && duration.compareTo(Duration.ofDays(1)) <= 0) {
                return duration;
            }
        } catch (DateTimeException _) {
            // Answered like one out of range.
        }
        throw fault("/" + name, "must be a duration of up to a day: PT30S, or a number of seconds");
    }

    /// The member `share`.
    double share() {
        double share = body.path("share").asDouble();
        if (!(share > 0 && share <= 1)) {
            throw fault("/share", "must be a number above 0, up to 1");
        }
        return share;
    }

    /// The member `channel`.
    Channel channel() {
        return Publishing.channel(text("channel"));
    }

    /// Whom it is about: the members `user`, `client`, `session`, `except`.
    Target target() {
        var except = new HashSet<String>();
        body.path("except").forEach(client -> except.add(client.asText()));
        try {
            return new Target(text("user"), text("client"), text("session"), except);
        } catch (IllegalArgumentException e) {
            throw fault("/user", "one of user, client and session must be named");
        }
    }
}
