package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.webhook.api.AttemptQueries.Given;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How an endpoint is doing: its attempts, what they add up to, and what waits for it.
@Path("/v1/endpoints/{id: [A-Za-z0-9_-]+}/{view: attempts|stats|backlog}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class EndpointActivityResource {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofHours(24);

    private final AttemptQueries queries;
    private final NewestRecords records;
    private final Ledgers ledgers;
    private final Endpoints endpoints;
    private final Clock clock = Clock.systemUTC();

    EndpointActivityResource(AttemptQueries queries, NewestRecords records, Ledgers ledgers, Endpoints endpoints) {
        this.queries = queries;
        this.records = records;
        this.ledgers = ledgers;
        this.endpoints = endpoints;
    }

    @GET
    public ObjectNode get(
            @PathParam("id") String id,
            @PathParam("view") String view,
            @QueryParam("event") @Nullable String event,
            @QueryParam("status") @Nullable String status,
            @QueryParam("since") @Nullable String since,
            @QueryParam("until") @Nullable String until,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("after") @Nullable String after) {
        endpoints.get(id);
        return switch (view) {
            case "attempts" -> queries.list(new Given(id, null, event, status, since, until, limit, after));
            case "stats" -> stats(id);
            default -> backlog(id);
        };
    }

    private ObjectNode stats(String id) {
        var now = clock.instant();
        var stats = new EndpointStats(now.minus(HOUR), now.minus(DAY));
        boolean isComplete = records.visitSince(now.minus(DAY), id, stats::hear);
        var answer = stats.view();
        answer.set("backlog", backlog(id));
        if (!isComplete) {
            answer.put("incomplete", true);
        }
        return answer;
    }

    private ObjectNode backlog(String id) {
        var backlog = ledgers.reader().backlog(id, records.partitions(id).getFirst());
        var answer = JSON.createObjectNode()
                .put("waiting", backlog.waiting())
                .put("behind", backlog.behind())
                .put("retrying", backlog.retrying());
        Instant oldest = backlog.oldest();
        if (oldest != null) {
            answer.put("oldest", oldest.toString());
        }
        return backlog.isCut() ? answer.put("incomplete", true) : answer;
    }
}
