package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Topics;
import dev.carillon.webhook.command.LetterFilter;
import dev.carillon.webhook.delivery.DeadLetter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Deliveries that were given up, the newest first.
@Path("/v1/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class DeadLetterResource {

    private static final JsonMapper JSON = new JsonMapper();

    private final NewestRecords records;
    private final Endpoints endpoints;
    private final OwnerScopes scopes;

    DeadLetterResource(NewestRecords records, Endpoints endpoints, OwnerScopes scopes) {
        this.records = records;
        this.endpoints = endpoints;
        this.scopes = scopes;
    }

    @GET
    public ObjectNode list(
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("event") @Nullable String event,
            @QueryParam("owner") @Nullable String owner,
            @QueryParam("reason") @Nullable String reason,
            @QueryParam("since") @Nullable String since,
            @QueryParam("until") @Nullable String until,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("after") @Nullable String after) {
        int size = Requests.limit(limit);
        var cursor = after == null ? null : LetterCursor.parse(after);
        scopes.check(endpoint);
        var filter = new LetterFilter(
                endpoint,
                scopes.current().narrow(owner),
                reason == null ? Set.of() : Set.of(reason),
                event == null ? Set.of() : Set.of(event),
                Requests.time("since", since),
                Requests.time("until", until));
        var table = endpoints.running().endpoints();
        var letters = new ArrayList<DeadLetter>();
        var replays = new HashMap<String, String>();
        var purged = new HashSet<String>();
        boolean isIncomplete = records.visit(Topics.DELIVERY_DEAD, endpoint, record -> {
            var letter = DeadLetter.read(record);
            if (letter.purges() >= 0) {
                purged.add(name(letter.partition(), letter.purges()));
            } else if (letter.isMark()) {
                replays.put(name(letter.partition(), letter.replays()), letter.operation());
            } else if (filter.matches(letter, id -> ownerOf(table.find(id)))
                    && (cursor == null || cursor.isBefore(letter))) {
                letters.add(letter);
            }
        });
        letters.removeIf(letter -> purged.contains(name(letter.partition(), letter.offset())));
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

    private static @Nullable String ownerOf(@Nullable Endpoint endpoint) {
        return endpoint == null ? null : endpoint.settings().owner();
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
