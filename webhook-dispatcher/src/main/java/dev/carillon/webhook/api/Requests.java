package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What all resources read from requests in the same way.
final class Requests {

    private static final int MAX_LIMIT = 200;
    private static final int LIMIT = 50;

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
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(node.asText()).toInstant();
        } catch (DateTimeException e) {
            throw fault("/" + name, "must be a time (RFC 3339)");
        }
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
