package dev.carillon.connection.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.connection.namespace.NamespaceNames;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.EntityTag;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.StateWriter.UnwrittenException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What holds for the channels of namespaces. Who changes something here reads it back here; other nodes know
/// it some milliseconds later.
///
/// Changes of this node wait for one another, the writing included, so that none is made to an old revision.
/// Between nodes the last one wins; `If-Match` narrows that to milliseconds.
@Path("/v1/namespaces")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "key")
@Tag(name = "Namespaces")
@RunOnVirtualThread
@KeyNeeded
public final class NamespaceResource {

    private static final Logger LOG = Logger.getLogger(NamespaceResource.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_LIMIT = 200;
    private static final int LIMIT = 50;
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final Namespaces namespaces;
    private final ReentrantLock changes = new ReentrantLock();

    NamespaceResource(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    @GET
    @Operation(operationId = "listNamespaces", summary = "The namespaces that are configured")
    @APIResponse(responseCode = "200", description = "items, and next if there is more")
    public ObjectNode list(@QueryParam("limit") @Nullable Integer limit, @QueryParam("after") @Nullable String after) {
        requireKnown();
        int size = limit == null ? LIMIT : limit;
        if (size < 1 || size > MAX_LIMIT) {
            throw BodyReader.fault("limit", "must be between 1 and " + MAX_LIMIT);
        }
        var page = namespaces.all().stream()
                .filter(namespace -> after == null || namespace.name().compareTo(NamespaceNames.name(after)) > 0)
                .limit(size + 1L)
                .toList();
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        page.stream().limit(size).map(NamespaceJson::of).forEach(items::add);
        if (page.size() > size) {
            answer.put("next", NamespaceNames.shown(page.get(size - 1).name()));
        }
        return answer;
    }

    @GET
    @Path("{name}")
    @Operation(operationId = "getNamespace", summary = "One namespace; `-` is for channels without one")
    @APIResponse(responseCode = "200", description = "Its options, and its revision as ETag")
    @APIResponse(responseCode = "404", description = "Nobody configured it: its channels have the defaults")
    public Response get(@PathParam("name") String shown) {
        requireKnown();
        return shown(existing(name(shown)));
    }

    @PUT
    @Path("{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "putNamespace", summary = "Make or replace a namespace; what is absent has its default")
    @APIResponse(responseCode = "200", description = "Replaced")
    @APIResponse(responseCode = "201", description = "Made")
    @APIResponse(responseCode = "400", description = "Some of it is not valid; errors says what")
    @APIResponse(responseCode = "412", description = "It is not at the revision in If-Match")
    public Response put(
            @PathParam("name") String shown,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable JsonNode body) {
        requireKnown();
        var name = name(shown);
        var settings = object(body);
        return changed(() -> {
            var before = namespaces.find(name);
            requireMatch(before, name, ifMatch);
            var after = NamespaceJson.read(name, settings, before == null ? 1 : before.revision() + 1);
            namespaces.put(after);
            return before == null ? created(after) : shown(after);
        });
    }

    @PATCH
    @Path("{name}")
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(operationId = "patchNamespace", summary = "Change some options (JSON merge patch)")
    @APIResponse(responseCode = "200", description = "Changed")
    @APIResponse(responseCode = "400", description = "Some of it is not valid; errors says what")
    @APIResponse(responseCode = "404", description = "Nobody configured it")
    @APIResponse(responseCode = "412", description = "It is not at the revision in If-Match")
    public Response patch(
            @PathParam("name") String shown,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable JsonNode body) {
        requireKnown();
        var name = name(shown);
        var patch = object(body);
        return changed(() -> {
            var before = existing(name);
            requireMatch(before, name, ifMatch);
            var after = NamespaceJson.read(name, NamespaceJson.patched(before, patch), before.revision() + 1);
            namespaces.put(after);
            return shown(after);
        });
    }

    @DELETE
    @Path("{name}")
    @Operation(
            operationId = "deleteNamespace",
            summary = "Take a namespace back to what the service's configuration has, or to the defaults")
    @APIResponse(responseCode = "204", description = "Done")
    @APIResponse(responseCode = "404", description = "Nobody configured it")
    @APIResponse(responseCode = "412", description = "It is not at the revision in If-Match")
    public Response delete(
            @PathParam("name") String shown, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        requireKnown();
        var name = name(shown);
        return changed(() -> {
            requireMatch(existing(name), name, ifMatch);
            namespaces.delete(name);
            return Response.noContent().build();
        });
    }

    private void requireKnown() {
        if (!namespaces.isKnown()) {
            throw ProblemException.retryAfter(ProblemType.UNAVAILABLE, "the namespaces are not read yet", WAIT);
        }
    }

    private Namespace existing(String name) {
        var namespace = namespaces.find(name);
        if (namespace == null) {
            throw ProblemException.of(
                    ProblemType.NOT_FOUND, "nobody configured the namespace " + NamespaceNames.shown(name));
        }
        return namespace;
    }

    private Response changed(Supplier<Response> change) {
        changes.lock();
        try {
            return change.get();
        } catch (UnwrittenException e) {
            LOG.warn("a namespace is not written", e);
            throw ProblemException.retryAfter(
                    ProblemType.UNAVAILABLE, "Kafka did not confirm the change; it may still be made", WAIT);
        } finally {
            changes.unlock();
        }
    }

    private static void requireMatch(@Nullable Namespace before, String name, @Nullable String ifMatch) {
        if (before != null) {
            EntityTag.requireMatch(ifMatch, before.revision());
        } else if (ifMatch != null) {
            throw ProblemException.of(
                    ProblemType.PRECONDITION_FAILED, "there is no namespace " + NamespaceNames.shown(name) + " yet");
        }
    }

    private static String name(String shown) {
        var name = NamespaceNames.name(shown);
        var fault = NamespaceNames.fault(name);
        if (!fault.isEmpty()) {
            throw BodyReader.fault("name", fault);
        }
        return name;
    }

    private static ObjectNode object(@Nullable JsonNode body) {
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw ProblemException.of(ProblemType.BAD_REQUEST, "the body must be a JSON object");
    }

    private static Response created(Namespace namespace) {
        var shown = URLEncoder.encode(NamespaceNames.shown(namespace.name()), StandardCharsets.UTF_8)
                .replace("+", "%20");
        return Response.created(URI.create("/v1/namespaces/" + shown))
                .header(HttpHeaders.ETAG, EntityTag.of(namespace.revision()))
                .entity(NamespaceJson.of(namespace))
                .build();
    }

    private static Response shown(Namespace namespace) {
        return Response.ok(NamespaceJson.of(namespace))
                .header(HttpHeaders.ETAG, EntityTag.of(namespace.revision()))
                .build();
    }
}
