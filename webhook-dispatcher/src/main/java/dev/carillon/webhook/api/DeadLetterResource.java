package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Topics;
import dev.carillon.webhook.delivery.DeadLetter;
import dev.carillon.webhook.delivery.ReplayCommand;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Deliveries that were given up: listed, the newest first, and delivered again.
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class DeadLetterResource {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_EVENTS = 1000;

    private final NewestRecords records;
    private final Endpoints endpoints;

    DeadLetterResource(NewestRecords records, Endpoints endpoints) {
        this.records = records;
        this.endpoints = endpoints;
    }

    @GET
    @Path("dead-letters")
    public ObjectNode list(
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("event") @Nullable String event,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("after") @Nullable String after) {
        int size = Requests.limit(limit);
        var cursor = after == null ? null : LetterCursor.parse(after);
        var letters = new ArrayList<DeadLetter>();
        var replays = new HashMap<String, String>();
        boolean isIncomplete = records.visit(Topics.DELIVERY_DEAD, endpoint, record -> {
            var letter = DeadLetter.read(record);
            if (letter.isMark()) {
                replays.put(name(letter.partition(), letter.replays()), letter.operation());
            } else if (isWanted(letter, endpoint, event) && (cursor == null || cursor.isBefore(letter))) {
                letters.add(letter);
            }
        });
        letters.sort(LetterCursor.ORDER);
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        letters.stream().limit(size).forEach(letter -> items.add(view(letter, replays)));
        if (letters.size() > size) {
            answer.put("next", LetterCursor.of(letters.get(size - 1)).text());
        }
        if (isIncomplete) {
            answer.put("incomplete", true);
        }
        return answer;
    }

    /// Delivers dead letters again: those that match all that is given. Letters that were replayed before are left
    /// out, unless their events are named or `again` is true.
    @POST
    @Path("dead-letters:replay")
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

    private static boolean isWanted(DeadLetter letter, @Nullable String endpoint, @Nullable String event) {
        return (endpoint == null || endpoint.equals(letter.endpoint()))
                && (event == null || event.equals(letter.event()));
    }

    private static ObjectNode view(DeadLetter letter, Map<String, String> replays) {
        var id = name(letter.partition(), letter.offset());
        var view = JSON.createObjectNode()
                .put("id", id)
                .put("endpoint", letter.endpoint())
                .put("event", letter.event())
                .put("channel", letter.channel())
                .put("type", letter.type())
                .put("reason", letter.reason())
                .put("detail", letter.detail())
                .put("attempts", letter.attempts())
                .put("at", letter.at().toString())
                .put("replayed", replays.containsKey(id));
        var operation = replays.get(id);
        if (operation != null) {
            view.put("operation", operation);
        }
        return view;
    }

    private static String name(int partition, long offset) {
        return partition + "-" + offset;
    }

    /// A place in the list: after this letter.
    private record LetterCursor(long at, int partition, long offset) {

        static final Comparator<DeadLetter> ORDER = Comparator.comparing(DeadLetter::at)
                .thenComparing(DeadLetter::partition)
                .thenComparing(DeadLetter::offset)
                .reversed();

        static LetterCursor of(DeadLetter letter) {
            return new LetterCursor(letter.at().toEpochMilli(), letter.partition(), letter.offset());
        }

        static LetterCursor parse(String text) {
            try {
                var parts = List.of(text.split("\\.", -1));
                if (parts.size() == 3) {
                    return new LetterCursor(
                            Long.parseLong(parts.get(0), 36),
                            Integer.parseInt(parts.get(1), 36),
                            Long.parseLong(parts.get(2), 36));
                }
            } catch (NumberFormatException e) {
                throw Requests.fault("after", "is no cursor of this list");
            }
            throw Requests.fault("after", "is no cursor of this list");
        }

        String text() {
            return String.join(".", Long.toString(at, 36), Integer.toString(partition, 36), Long.toString(offset, 36));
        }

        /// Whether a letter comes after this place.
        boolean isBefore(DeadLetter letter) {
            long time = letter.at().toEpochMilli();
            if (time != at) {
                return time < at;
            }
            return letter.partition() != partition ? letter.partition() < partition : letter.offset() < offset;
        }
    }
}
