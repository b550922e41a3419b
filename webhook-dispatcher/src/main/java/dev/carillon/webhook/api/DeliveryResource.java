package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Event;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.Topics;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.api.AttemptQueries.Given;
import dev.carillon.webhook.command.Command;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of one event, and what can be done to its delivery to one endpoint, which stands in the query or
/// in the body.
@Path("/v1/deliveries")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class DeliveryResource {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAGE = 200;

    private final NewestRecords records;
    private final Operations operations;
    private final AttemptQueries queries;
    private final Endpoints endpoints;

    DeliveryResource(NewestRecords records, Operations operations, AttemptQueries queries, Endpoints endpoints) {
        this.records = records;
        this.operations = operations;
        this.queries = queries;
        this.endpoints = endpoints;
    }

    /// How far the event is with each endpoint, by the attempts made at it: their newest says what became of
    /// it.
    @GET
    @Path("{event: .+}")
    public ObjectNode get(
            @PathParam("event") String event,
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("owner") @Nullable String owner,
            @QueryParam("after") @Nullable String after) {
        var page = queries.page(new Given(endpoint, owner, event, null, null, null, PAGE, after));
        var byEndpoint = new LinkedHashMap<String, List<JsonNode>>();
        page.items().forEach(found -> byEndpoint
                .computeIfAbsent(found.json().path("endpoint").asText(), _ -> new ArrayList<>())
                .add(found.json()));
        var answer = JSON.createObjectNode().put("event", event);
        var items = answer.putArray("items");
        byEndpoint.forEach((id, attempts) -> {
            var item = items.addObject().put("endpoint", id).put("state", state(attempts.getFirst()));
            item.putArray("attempts").addAll(attempts);
        });
        AttemptQueries.putRest(answer, page);
        return answer;
    }

    private static String state(JsonNode newest) {
        var outcome = newest.path("outcome").asText();
        if (!outcome.equals("failed")) {
            return outcome;
        }
        return newest.has("next") ? "pending" : "dead";
    }

    /// `{event}:resend` delivers it again, whatever became of it; `{event}:cancel` attempts it no more.
    @POST
    @Path("{call: .+}")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    public Response call(
            @PathParam("call") String call,
            @QueryParam("endpoint") @Nullable String endpoint,
            @Nullable JsonNode body) {
        int colon = call.lastIndexOf(':');
        var name = call.substring(colon + 1);
        if (colon < 1 || !List.of("resend", "cancel").contains(name)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "there is no such call");
        }
        var event = call.substring(0, colon);
        var named =
                endpoint != null ? endpoint : body == null ? null : Requests.text(Requests.object(body), "endpoint");
        if (named == null) {
            throw Requests.fault("/endpoint", "must be the id of an endpoint");
        }
        if (event.length() > Event.Id.MAX_LENGTH) {
            throw Requests.fault("event", "is no event id");
        }
        var owner = endpoints.get(named).settings().owner();
        int partition = records.partitions(named).getFirst();
        var operation = Operations.name();
        var command = name.equals("resend")
                ? new Command.Resend(operation, named, event)
                : new Command.Cancel(operation, named, event, records.end(Topics.DELIVERY_WEBHOOK, partition));
        var request = new Operations.Request(owner, subject(named, event));
        return operations.begin(request, List.of(partition), command);
    }

    private static ObjectNode subject(String endpoint, String event) {
        return JSON.createObjectNode().put("endpoint", endpoint).put("event", event);
    }
}
