package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.webhook.api.AttemptQueries.Given;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/// What was attempted, the newest first. `incomplete` says that a page ended before it was full, because there
/// was too much to look at; `next` goes on.
@Path("/v1/attempts")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class AttemptResource {

    private final AttemptQueries queries;

    AttemptResource(AttemptQueries queries) {
        this.queries = queries;
    }

    @GET
    public ObjectNode list(
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("owner") @Nullable String owner,
            @QueryParam("event") @Nullable String event,
            @QueryParam("status") @Nullable String status,
            @QueryParam("since") @Nullable String since,
            @QueryParam("until") @Nullable String until,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("after") @Nullable String after) {
        return queries.list(new Given(endpoint, owner, event, status, since, until, limit, after));
    }
}
