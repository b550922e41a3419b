package dev.carillon.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.ProblemType;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Turns whatever ends a request into `application/problem+json` (RFC 9457); see [ProblemType].
public final class ProblemMapper {

    /// The media type.
    public static final String MEDIA_TYPE = "application/problem+json";

    /// A 401 has to name a scheme; this one makes no browser ask its user.
    private static final String CHALLENGE = "Bearer";

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
    private static final JsonMapper JSON = new JsonMapper();

    @ServerExceptionMapper
    public Response problem(ProblemException problem) {
        return respond(problem);
    }

    @ServerExceptionMapper
    public Response invalid(ConstraintViolationException invalid) {
        var faults = invalid.getConstraintViolations().stream()
                .map(violation -> new ProblemException.FieldFault(
                        String.valueOf(violation.getPropertyPath()), violation.getMessage()))
                .toList();
        return respond(ProblemException.of(ProblemType.BAD_REQUEST, "some of the request is not valid", faults));
    }

    @ServerExceptionMapper
    public Response unreadable(JsonProcessingException unreadable) {
        return respond(ProblemException.of(ProblemType.BAD_REQUEST, "the body is not the JSON that is expected here"));
    }

    @ServerExceptionMapper
    public Response refused(WebApplicationException refused) {
        var status = refused.getResponse().getStatus();
        if (status < 400 || refused.getResponse().hasEntity()) {
            return refused.getResponse();
        }
        if (status == 404 && refused.getCause() != null) {
            // A parameter that cannot be read, which the framework takes for another path.
            return respond(ProblemException.of(ProblemType.BAD_REQUEST, "a parameter is not what is expected here"));
        }
        var type = typeOf(status);
        return respond(ProblemException.of(type, type.title()));
    }

    /// Whoever asked is gone: nobody reads this, and nothing is broken.
    @ServerExceptionMapper
    public Response cancelled(CancellationException cancelled) {
        LOG.trace("request was cancelled", cancelled);
        return respond(ProblemException.of(ProblemType.UNAVAILABLE, "the request was cancelled"));
    }

    @ServerExceptionMapper
    public Response broken(RuntimeException broken, RoutingContext request) {
        var instance = UUID.randomUUID();
        LOG.errorf(broken, "request failed (instance %s)", instance);
        return respond(ProblemException.of(ProblemType.INTERNAL, "the failure is logged as " + instance));
    }

    /// The response to a problem, for code that answers outside of Quarkus REST.
    public static String toJson(ProblemException problem) {
        var type = problem.type();
        var tree = JSON.createObjectNode()
                .put("type", type.type())
                .put("title", type.title())
                .put("status", type.status())
                .put("detail", problem.getMessage())
                .put("instance", "urn:uuid:" + UUID.randomUUID());
        if (!problem.faults().isEmpty()) {
            var errors = tree.putArray("errors");
            problem.faults()
                    .forEach(fault ->
                            errors.addObject().put("pointer", fault.pointer()).put("detail", fault.detail()));
        }
        return tree.toString();
    }

    /// Ends a request with a problem, for code that answers outside of Quarkus REST.
    public static void end(RoutingContext request, ProblemException problem) {
        var response = request.response().setStatusCode(problem.type().status()).putHeader("Content-Type", MEDIA_TYPE);
        var wait = problem.retryAfter();
        if (wait != null) {
            response.putHeader("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
        }
        if (problem.type().status() == 401) {
            response.putHeader(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
        }
        response.end(toJson(problem));
    }

    private static Response respond(ProblemException problem) {
        var response = Response.status(problem.type().status())
                .header(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .entity(toJson(problem));
        var wait = problem.retryAfter();
        if (wait != null) {
            response.header(HttpHeaders.RETRY_AFTER, Math.max(1, wait.toSeconds()));
        }
        if (problem.type().status() == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
        }
        return response.build();
    }

    private static ProblemType typeOf(int status) {
        return switch (status) {
            case 401 -> ProblemType.UNAUTHORIZED;
            case 403 -> ProblemType.FORBIDDEN;
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 406 -> ProblemType.NOT_ACCEPTABLE;
            case 413 -> ProblemType.TOO_LARGE;
            case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
            case 503 -> ProblemType.UNAVAILABLE;
            default -> status < 500 ? ProblemType.BAD_REQUEST : ProblemType.INTERNAL;
        };
    }
}
