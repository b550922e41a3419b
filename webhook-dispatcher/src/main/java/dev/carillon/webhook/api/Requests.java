package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What all resources read from requests in the same way.
final class Requests {

    private static final int MAX_LIMIT = 200;
    private static final int LIMIT = 50;
    private static final int MAX_YEAR = 9999;

    private Requests() {}

    /// @throws ProblemException when the body is not a JSON object
    static ObjectNode object(@Nullable JsonNode body) {
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw ProblemException.of(ProblemType.BAD_REQUEST, "the body must be a JSON object");
    }

    /// @throws ProblemException when it is not between 1 and 200
    static int limit(@Nullable Integer limit) {
        if (limit == null) {
            return LIMIT;
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw fault("limit", "must be between 1 and " + MAX_LIMIT);
        }
        return limit;
    }

    /// @throws ProblemException when there is one that is not RFC 3339
    static @Nullable Instant instant(ObjectNode body, String name) {
        var node = body.path(name);
        return node.isMissingNode() || node.isNull() ? null : time("/" + name, node.asText());
    }

    /// @param pointer where it stands in the request
    /// @throws ProblemException when there is one that is not RFC 3339, which has four digits for the year
    static @Nullable Instant time(String pointer, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            var time = OffsetDateTime.parse(text.replace(' ', '+'));
            if (time.getYear() >= 0 && time.getYear() <= MAX_YEAR) {
                return time.toInstant();
            }
        } catch (DateTimeException _) {
            // Not even a time.
        }
        throw fault(pointer, "must be a time (RFC 3339)");
    }

    /// @throws ProblemException when there is one that is no text
    static @Nullable String text(ObjectNode body, String name) {
        var node = body.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isTextual() || node.asText().isEmpty()) {
            throw fault("/" + name, "must be a text that is not empty");
        }
        return node.asText();
    }

    /// A text or a list of them; empty when there is none.
    ///
    /// @throws ProblemException when it is something else, or too long
    static Set<String> texts(ObjectNode body, String name, int most) {
        var node = body.path(name);
        var texts = new HashSet<String>();
        if (node.isMissingNode() || node.isNull()) {
            return texts;
        }
        boolean isGood = node.isTextual() || (node.isArray() && !node.isEmpty() && node.size() <= most);
        for (var text : node) {
            isGood &= text.isTextual();
            texts.add(text.asText());
        }
        if (node.isTextual()) {
            texts.add(node.asText());
        }
        if (!isGood) {
            throw fault("/" + name, "must be a list of 1 to " + most + " texts");
        }
        return texts;
    }

    /// @throws ProblemException when there is one that is neither true nor false
    static boolean flag(ObjectNode body, String name, boolean otherwise) {
        var node = body.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw fault("/" + name, "must be true or false");
        }
        return node.asBoolean();
    }

    /// @throws ProblemException with 412 when there is something already
    static void requireAbsent(@Nullable Object there) {
        if (there != null) {
            throw ProblemException.of(ProblemType.PRECONDITION_FAILED, "there is one already");
        }
    }

    static ProblemException fault(String pointer, String detail) {
        return ProblemException.of(
                ProblemType.BAD_REQUEST, "some of the request is not valid", List.of(new FieldFault(pointer, detail)));
    }
}
