package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Deliveries that were given up, the newest first.
@Path("/v1/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class DeadLetterResource {

    private static final JsonMapper JSON = new JsonMapper();

    private final NewestRecords records;
    private final Endpoints endpoints;
    private final CurrentAccess access;

    DeadLetterResource(NewestRecords records, Endpoints endpoints, CurrentAccess access) {
        this.records = records;
        this.endpoints = endpoints;
        this.access = access;
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
        var place = after == null ? null : Place.read(after);
        endpoints.check(endpoint);
        var filter = new LetterFilter(
                endpoint,
                access.narrow(owner),
                reason == null ? Set.of() : Set.of(reason),
                event == null ? Set.of() : Set.of(event),
                Requests.time("since", since),
                Requests.time("until", until));
        var table = endpoints.running().endpoints();
        var found = new Found(letter -> filter.matches(letter, table::ownerOf)
                && (place == null || Place.NEWEST.compare(Place.of(letter), place) > 0));
        boolean isIncomplete = records.visit(Topics.DELIVERY_DEAD, endpoint, found::hear);
        var letters = found.inOrder();
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        letters.stream().limit(size).forEach(letter -> items.add(view(letter, found.replays)));
        if (letters.size() > size) {
            answer.put("next", Place.of(letters.get(size - 1)).text());
        }
        if (isIncomplete) {
            answer.put("incomplete", true);
        }
        return answer;
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

    /// What is found. Confined to one thread.
    private static final class Found {
        private final Predicate<DeadLetter> isWanted;
        private final List<DeadLetter> letters = new ArrayList<>();
        private final Map<String, String> replays = new HashMap<>();
        private final Set<String> purged = new HashSet<>();

        Found(Predicate<DeadLetter> isWanted) {
            this.isWanted = isWanted;
        }

        void hear(ConsumerRecord<byte[], byte[]> record) {
            var letter = DeadLetter.read(record);
            if (letter.purges() >= 0) {
                purged.add(name(letter.partition(), letter.purges()));
            } else if (letter.isMark()) {
                replays.put(name(letter.partition(), letter.replays()), letter.operation());
            } else if (isWanted.test(letter)) {
                letters.add(letter);
            }
        }

        /// Those that are not purged, the newest first.
        List<DeadLetter> inOrder() {
            return letters.stream()
                    .filter(letter -> !purged.contains(name(letter.partition(), letter.offset())))
                    .sorted(Comparator.comparing(Place::of, Place.NEWEST))
                    .toList();
        }
    }

    /// Where a letter stands in the list.
    private record Place(long at, int partition, long offset) {

        static final Comparator<Place> NEWEST = Comparator.comparingLong(Place::at)
                .thenComparingInt(Place::partition)
                .thenComparingLong(Place::offset)
                .reversed();

        static Place of(DeadLetter letter) {
            return new Place(letter.at().toEpochMilli(), letter.partition(), letter.offset());
        }

        static Place read(String after) {
            var cursor = ListCursor.read(after, 3);
            return new Place(cursor.number(0), cursor.index(1), cursor.number(2));
        }

        String text() {
            return ListCursor.of(at, partition, offset).text();
        }
    }
}
