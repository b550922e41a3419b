package dev.carillon.connection.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.connection.auth.HttpAccess;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.kit.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The server API that the SDKs of the Centrifuge ecosystem speak: `POST /api/<method>`, answered with
/// `{"result":…}` or `{"error":{"code","message"}}` and status 200, or with real statuses for whoever sends
/// `X-Centrifugo-Error-Mode: transport`.
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Server API")
public final class ServerApi {

    /// Numbers stay as they are written.
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final HttpAccess access;
    private final ServerMethods methods;

    ServerApi(HttpAccess access, ServerMethods methods) {
        this.access = access;
        this.methods = methods;
    }

    /// A method refuses what it was asked.
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final ErrorCode code;

        RefusedException(ErrorCode code) {
            this(code, code.message());
        }

        RefusedException(ErrorCode code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        ErrorCode code() {
            return code;
        }
    }

    @POST
    @Path("{method: [a-z_]+}")
    @Consumes(MediaType.WILDCARD)
    @Operation(operationId = "serverApi", summary = "Server API of the Centrifuge ecosystem")
    @APIResponse(responseCode = "200", description = "result, or error with code and message")
    @APIResponse(responseCode = "400", description = "The body is not a JSON object")
    @APIResponse(responseCode = "401", description = "No valid API key")
    @APIResponse(responseCode = "404", description = "No such method")
    public Response call(
            @PathParam("method") String method,
            @QueryParam("api_key") @Nullable String queryKey,
            @Context HttpHeaders headers,
            byte @Nullable [] body) {
        var credentials = RestCredentials.of(headers, null);
        access.requireKey(
                credentials.apiKey() == null && queryKey != null
                        ? new HttpAccess.Credentials(queryKey, credentials.authorization(), null)
                        : credentials);
        if (!methods.knows(method)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "there is no such method");
        }
        var answer = answer(method, object(body));
        boolean asStatus = "transport".equals(headers.getHeaderString("X-Centrifugo-Error-Mode"));
        int status = asStatus ? status(answer.path("error").path("code").asInt()) : 200;
        return Response.status(status).entity(answer.toString()).build();
    }

    /// `{"result":…}` or `{"error":…}`, whatever happens.
    private ObjectNode answer(String method, JsonNode request) {
        var answer = JSON.createObjectNode();
        try {
            answer.set("result", methods.call(method, request));
        } catch (RuntimeException e) {
            answer.set("error", error(e));
        }
        return answer;
    }

    /// What went wrong, as the API has it.
    static ObjectNode error(RuntimeException failure) {
        var error = JSON.createObjectNode();
        return switch (failure) {
            case RefusedException refused ->
                error.put("code", refused.code().code()).put("message", String.valueOf(refused.getMessage()));
            case ProblemException problem -> {
                var code = problem.isFaultOfRequest() ? ErrorCode.BAD_REQUEST : ErrorCode.INTERNAL;
                yield error.put("code", code.code()).put("message", String.valueOf(problem.getMessage()));
            }
            default -> throw failure;
        };
    }

    private static JsonNode object(byte @Nullable [] body) {
        try {
            var tree = body == null ? null : JSON.readTree(body);
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (IOException _) {
            // Answered like any other body that is no object.
        }
        throw ProblemException.of(ProblemType.BAD_REQUEST, "the body must be a JSON object");
    }

    private static int status(int code) {
        return switch (code) {
            case 0 -> 200;
            case 102, 104 -> 404;
            case 103 -> 403;
            case 106, 107, 108 -> 400;
            case 111 -> 429;
            case 112 -> 416;
            case 113 -> 409;
            default -> 500;
        };
    }
}
