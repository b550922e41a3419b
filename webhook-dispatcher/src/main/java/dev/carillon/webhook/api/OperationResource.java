package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.command.OperationRow.Asked;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// What operators asked for lately, the newest first, and how far it is.
@Path("/v1/operations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class OperationResource {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Comparator<Asked> ORDER = Comparator.comparing(Asked::createdAt)
            .thenComparing(Asked::operation)
            .reversed();

    private final Operations operations;
    private final CurrentAccess access;

    OperationResource(Operations operations, CurrentAccess access) {
        this.operations = operations;
        this.access = access;
    }

    @GET
    public ObjectNode list(
            @QueryParam("owner") @Nullable String owner,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("after") @Nullable String after) {
        int size = Requests.limit(limit);
        var whose = access.narrow(owner);
        var place = after == null ? null : place(after);
        var page = operations.all().stream()
                .filter(asked -> whose == null || whose.equals(asked.owner()))
                .filter(asked -> place == null || ORDER.compare(asked, place) > 0)
                .sorted(ORDER)
                .limit(size + 1L)
                .toList();
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        page.stream().limit(size).forEach(asked -> items.add(operations.view(asked, false)));
        if (page.size() > size) {
            var last = page.get(size - 1);
            answer.put("next", ListCursor.of(last.createdAt(), last.operation()).text());
        }
        return answer;
    }

    @GET
    @Path("{operation}")
    public ObjectNode get(@PathParam("operation") String operation) {
        return operations.view(operations.get(operation, access.get()), true);
    }

    /// `{operation}:cancel`.
    @POST
    @Path("{call}")
    public Response call(@PathParam("call") String call) {
        if (!call.endsWith(":cancel")) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "there is no such call");
        }
        var operation = call.substring(0, call.length() - ":cancel".length());
        var asked = operations.cancel(operations.get(operation, access.get()));
        return Response.accepted(operations.view(asked, true)).build();
    }

    /// An operation that stands where the page before ended.
    private static Asked place(String after) {
        var cursor = ListCursor.read(after, 2);
        var at = Requests.time("after", cursor.part(0));
        if (at == null) {
            throw ListCursor.foreign();
        }
        return new Asked(cursor.part(1), "", null, JSON.nullNode(), java.util.List.of(), at, false);
    }
}
