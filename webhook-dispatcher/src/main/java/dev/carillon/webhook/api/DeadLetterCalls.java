package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Topics;
import dev.carillon.webhook.command.Command;
import dev.carillon.webhook.command.LetterChoice;
import dev.carillon.webhook.command.LetterFilter;
import dev.carillon.webhook.command.Reached;
import dev.carillon.webhook.delivery.DeadLetter;
import dev.carillon.webhook.delivery.DeadReason;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What can be done to many dead letters at once. The owners of the partitions do it; the answer only says that
/// they are told, and under which name.
@Path("/v1/dead-letters:{call: replay|purge}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class DeadLetterCalls {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_EVENTS = 1000;
    private static final Set<String> REASONS =
            Arrays.stream(DeadReason.values()).map(DeadReason::text).collect(Collectors.toSet());

    private final NewestRecords records;
    private final Endpoints endpoints;
    private final Operations operations;
    private final CurrentAccess access;

    DeadLetterCalls(NewestRecords records, Endpoints endpoints, Operations operations, CurrentAccess access) {
        this.records = records;
        this.endpoints = endpoints;
        this.operations = operations;
        this.access = access;
    }

    /// `:replay` delivers dead letters again, `:purge` takes them out of all listings and replays for good:
    /// those that match all that is given.
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response call(@PathParam("call") String call, @Nullable JsonNode body) {
        var wanted = Requests.object(body);
        return call.equals("purge")
                ? begin(wanted, new Command.Purge(Operations.name(), filter(wanted), Reached.none()))
                : replay(wanted);
    }

    /// Letters that were replayed before are left out, unless their events are named or `again` is true.
    private Response replay(ObjectNode wanted) {
        var filter = filter(wanted);
        boolean again = Requests.flag(wanted, "again", !filter.events().isEmpty());
        return begin(wanted, new Command.Replay(Operations.name(), filter, again, Reached.none()));
    }

    private Response begin(ObjectNode body, Command.Letters command) {
        if (Requests.flag(body, "dryRun", false)) {
            return Response.ok(count(command)).build();
        }
        var filter = command.filter();
        var owner = filter.endpoint() == null
                ? filter.owner()
                : endpoints.get(filter.endpoint()).settings().owner();
        var subject = body.deepCopy();
        subject.remove("dryRun");
        var request = new Operations.Request(owner, subject);
        return operations.begin(request, records.partitions(filter.endpoint()), command);
    }

    private LetterFilter filter(ObjectNode body) {
        var endpoint = Requests.text(body, "endpoint");
        if (endpoint != null) {
            endpoints.get(endpoint);
        }
        var reasons = Requests.texts(body, "reason", REASONS.size());
        if (!REASONS.containsAll(reasons)) {
            throw Requests.fault(
                    "/reason", "must be of " + REASONS.stream().sorted().collect(Collectors.joining(", ")));
        }
        return new LetterFilter(
                endpoint,
                access.narrow(Requests.text(body, "owner")),
                reasons,
                Requests.texts(body, "events", MAX_EVENTS),
                Requests.instant(body, "since"),
                Requests.instant(body, "until"));
    }

    /// What would be done now.
    private ObjectNode count(Command.Letters command) {
        var table = endpoints.running().endpoints();
        Map<String, Long> reasons = new TreeMap<>();
        boolean isIncomplete = false;
        for (int partition : records.partitions(command.filter().endpoint())) {
            var choice = LetterChoice.of(command, Long.MAX_VALUE, table::ownerOf);
            records.visitAll(Topics.DELIVERY_DEAD, partition, record -> choice.hear(DeadLetter.read(record)));
            choice.chosen().values().forEach(reason -> reasons.merge(reason, 1L, Long::sum));
            isIncomplete |= choice.end() != Long.MAX_VALUE;
        }
        var answer = JSON.createObjectNode()
                .put("dryRun", true)
                .put(
                        "count",
                        reasons.values().stream().mapToLong(Long::longValue).sum());
        var byReason = answer.putObject("reasons");
        reasons.forEach(byReason::put);
        if (isIncomplete) {
            answer.put("incomplete", true);
        }
        return answer;
    }
}
