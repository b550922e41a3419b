package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Event;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.endpoint.EndpointView;
import dev.carillon.webhook.intake.Dispatcher;
import dev.carillon.webhook.verify.Consent;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Registered endpoints.
@Path("/v1/endpoints")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class EndpointResource {

    private static final String ID = "{id: [A-Za-z0-9_-]+}";
    private static final JsonMapper JSON = new JsonMapper();

    private final Endpoints endpoints;
    private final Dispatcher dispatcher;
    private final CurrentAccess access;
    private final Recovery recovery;
    private final Clock clock = Clock.systemUTC();

    EndpointResource(Endpoints endpoints, Dispatcher dispatcher, CurrentAccess access, Recovery recovery) {
        this.endpoints = endpoints;
        this.access = access;
        this.recovery = recovery;
        this.dispatcher = dispatcher;
    }

    @GET
    public ObjectNode list(
            @QueryParam("owner") @Nullable String owner,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("after") @Nullable String after) {
        int size = Requests.limit(limit);
        var start = after == null ? "" : ListCursor.read(after, 1).part(0);
        var page = endpoints
                .all()
                .filter(endpoint ->
                        owner == null || owner.equals(endpoint.settings().owner()))
                .filter(endpoint -> endpoint.id().compareTo(start) > 0)
                .sorted(Comparator.comparing(Endpoint::id))
                .limit(size + 1L)
                .toList();
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        page.stream().limit(size).map(EndpointView::of).forEach(items::add);
        if (page.size() > size) {
            answer.put("next", ListCursor.of(page.get(size - 1).id()).text());
        }
        return answer;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(@Nullable JsonNode body) {
        var id = "ep_" + UUID.randomUUID().toString().replace("-", "");
        return created(endpoints.create(Requests.object(body), id));
    }

    @GET
    @Path(ID)
    public Response get(
            @PathParam("id") String id, @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch) {
        var endpoint = endpoints.get(id);
        return Endpoints.tag(endpoint).equals(ifNoneMatch)
                ? Response.notModified().header(HttpHeaders.ETAG, ifNoneMatch).build()
                : shown(endpoint);
    }

    @PUT
    @Path(ID)
    @Consumes(MediaType.APPLICATION_JSON)
    public Response put(
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            @Nullable JsonNode body) {
        var settings = Requests.object(body);
        if ("*".equals(ifNoneMatch)) {
            Requests.requireAbsent(endpoints.running().endpoints().find(id));
        }
        if (ifMatch == null && endpoints.running().endpoints().find(id) == null) {
            return created(endpoints.create(settings, id));
        }
        return shown(endpoints.replace(id, ifMatch, settings, _ -> settings));
    }

    @PATCH
    @Path(ID)
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    public Response patch(
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable JsonNode body) {
        var changes = Requests.object(body);
        return shown(endpoints.replace(id, ifMatch, changes, endpoint -> EndpointView.patched(endpoint, changes)));
    }

    @DELETE
    @Path(ID)
    public Response delete(@PathParam("id") String id, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        endpoints.delete(id, ifMatch);
        return Response.noContent().build();
    }

    @GET
    @Path(ID + "/secret")
    public Response secret(@PathParam("id") String id) {
        return secrets(endpoints.get(id), true);
    }

    @POST
    @Path(ID + "/secret:rotate")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    public Response rotate(
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable JsonNode body) {
        var wanted = body == null ? JSON.createObjectNode() : Requests.object(body);
        return secrets(endpoints.rotate(id, ifMatch, wanted), access.mayReadSecrets());
    }

    /// `{id}:enable`, `{id}:disable` (also as `:resume` and `:pause`), `{id}:test`, `{id}:verify`,
    /// `{id}:recover` and `{id}:replay-missing`.
    @POST
    @Path("{call: [A-Za-z0-9_:-]+}")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    public Response call(
            @PathParam("call") String call,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable JsonNode body) {
        int colon = call.lastIndexOf(':');
        var id = colon < 0 ? call : call.substring(0, colon);
        return switch (call.substring(id.length())) {
            case ":enable", ":resume" -> shown(endpoints.enable(id, ifMatch, true));
            case ":disable", ":pause" -> shown(endpoints.enable(id, ifMatch, false));
            case ":test" -> test(endpoints.get(id));
            case ":verify" -> verify(id);
            case ":recover" -> recovery.start(id, Requests.object(body), false);
            case ":replay-missing" ->
                recovery.start(id, body == null ? JSON.createObjectNode() : Requests.object(body), true);
            case "" ->
                throw ProblemException.of(ProblemType.METHOD_NOT_ALLOWED, "an endpoint is changed with PUT or PATCH");
            default -> throw ProblemException.of(ProblemType.NOT_FOUND, "there is no such call");
        };
    }

    /// Sends one signed event of type `webhook.test` and tells what came of it. It is not retried and in no
    /// log.
    private Response test(Endpoint endpoint) {
        if (endpoint.state().standing() != Endpoint.Standing.VERIFIED) {
            throw ProblemException.of(
                    ProblemType.CONFLICT, "the endpoint is not verified: nothing else is sent to it until then");
        }
        var answer = dispatcher.attempter().attempt(endpoint, testEvent(endpoint.id()));
        var result = JSON.createObjectNode()
                .put("delivered", answer.outcome() instanceof Outcome.Accepted)
                .put("millis", answer.took().toMillis());
        if (answer.status() > 0) {
            result.put("status", answer.status());
        }
        if (answer.outcome() instanceof Outcome.Unreachable(var fault, var detail)) {
            result.put("fault", fault.text()).put("detail", detail);
        }
        return Response.ok(result).build();
    }

    /// Asks the URL for its consent, now, and tells what it said.
    private Response verify(String id) {
        var consent = endpoints.verify(id);
        var view = EndpointView.of(endpoints.get(id));
        switch (consent) {
            case Consent.Granted _ -> view.put("verified", true);
            case Consent.Open _ -> view.put("verified", false).put("detail", "it may say so later, by the callback");
            case Consent.Refused(var why) -> view.put("verified", false).put("detail", why);
        }
        return Response.ok(view).build();
    }

    private Event testEvent(String id) {
        return new Event(
                new Event.Id("test_" + UUID.randomUUID()),
                "webhook.test",
                Event.DEFAULT_SOURCE,
                clock.instant(),
                new Channel(Channel.RESERVED_NAMESPACE + ":endpoint." + id),
                MediaTypes.JSON,
                ByteString.copyFromUtf8("{\"endpoint\":\"" + id + "\"}"),
                Map.of(),
                null);
    }

    private Response created(Endpoint endpoint) {
        var view = EndpointView.of(endpoint);
        SigningSecrets.showNewest(view, endpoints.keys(endpoint));
        return Response.created(URI.create("/v1/endpoints/" + endpoint.id()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.ETAG, Endpoints.tag(endpoint))
                .entity(view)
                .build();
    }

    private static Response shown(Endpoint endpoint) {
        return Response.ok(EndpointView.of(endpoint))
                .header(HttpHeaders.ETAG, Endpoints.tag(endpoint))
                .build();
    }

    /// @param old whether those that are not the newest are told too
    private Response secrets(Endpoint endpoint, boolean old) {
        var answer = JSON.createObjectNode();
        var keys = endpoints.keys(endpoint);
        SigningSecrets.showNewest(answer, keys);
        SigningSecrets.showAll(answer, endpoint, keys, old);
        return Response.ok(answer)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.ETAG, Endpoints.tag(endpoint))
                .build();
    }
}
