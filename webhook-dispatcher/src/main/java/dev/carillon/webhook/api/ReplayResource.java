package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.webhook.delivery.ReplayCommand;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Replays of dead letters. The owners of the partitions carry them out; the answer only says that they are
/// told.
@Path("/v1/dead-letters:replay")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ReplayResource {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_EVENTS = 1000;

    private final NewestRecords records;
    private final Endpoints endpoints;

    ReplayResource(NewestRecords records, Endpoints endpoints) {
        this.records = records;
        this.endpoints = endpoints;
    }

    /// Delivers dead letters again: those that match all that is given. Letters that were replayed before are
    /// left out, unless their events are named or `again` is true.
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response replay(@Nullable JsonNode body) {
        var wanted = Requests.object(body);
        var operation = "op_" + UUID.randomUUID().toString().replace("-", "");
        var command = command(wanted, operation);
        var endpoint = command.endpoint();
        if (endpoint != null) {
            endpoints.get(endpoint);
        }
        var store = endpoints.running().store();
        records.partitions(endpoint).forEach(partition -> store.write(command.record(partition)));
        return Response.accepted(JSON.createObjectNode().put("operation", operation))
                .build();
    }

    private static ReplayCommand command(ObjectNode body, String operation) {
        var endpoint = body.path("endpoint");
        if (!endpoint.isMissingNode() && !endpoint.isTextual()) {
            throw Requests.fault("/endpoint", "must be the id of an endpoint");
        }
        var events = events(body.path("events"));
        return new ReplayCommand(
                operation,
                endpoint.isTextual() ? endpoint.asText() : null,
                events,
                Requests.instant(body, "since"),
                Requests.instant(body, "until"),
                body.path("again").asBoolean(!events.isEmpty()),
                0,
                -1);
    }

    private static Set<String> events(JsonNode node) {
        var events = new HashSet<String>();
        if (node.isMissingNode() || node.isNull()) {
            return events;
        }
        boolean isGood = node.isArray() && !node.isEmpty() && node.size() <= MAX_EVENTS;
        for (var id : node) {
            isGood &= id.isTextual();
            events.add(id.asText());
        }
        if (!isGood) {
            throw Requests.fault("/events", "must be a list of 1 to " + MAX_EVENTS + " event ids");
        }
        return events;
    }
}
