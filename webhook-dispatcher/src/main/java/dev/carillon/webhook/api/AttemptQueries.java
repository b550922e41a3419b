package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.webhook.api.AttemptScan.Query;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lists of attempts as several resources answer them.
@Singleton
final class AttemptQueries {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern STATUS =
            Pattern.compile("[1-5](xx|[0-9]{2})|delivered|failed|paused|dead|cancelled|expired");

    private final AttemptScan scan;
    private final NewestRecords records;
    private final Endpoints endpoints;
    private final CurrentAccess access;

    AttemptQueries(AttemptScan scan, NewestRecords records, Endpoints endpoints, CurrentAccess access) {
        this.scan = scan;
        this.records = records;
        this.endpoints = endpoints;
        this.access = access;
    }

    /// What a request gives, as it came.
    record Given(
            @Nullable String endpoint,
            @Nullable String owner,
            @Nullable String event,
            @Nullable String status,
            @Nullable String since,
            @Nullable String until,
            @Nullable Integer limit,
            @Nullable String after) {}

    /// @throws dev.carillon.kit.ProblemException when what is given is not valid or not to be seen
    AttemptScan.Page page(Given given) {
        int size = Requests.limit(given.limit());
        endpoints.check(given.endpoint());
        var query = new Query(
                given.endpoint(),
                Requests.time("since", given.since()),
                Requests.time("until", given.until()),
                isOwned(access.narrow(given.owner()))
                        .and(isAbout(given.event()))
                        .and(hasStatus(given.status())));
        var after = given.after();
        return scan.page(query, records.partitions(given.endpoint()), after == null ? Map.of() : places(after), size);
    }

    ObjectNode list(Given given) {
        var page = page(given);
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        page.items().forEach(found -> items.add(found.json()));
        putRest(answer, page);
        return answer;
    }

    static void putRest(ObjectNode answer, AttemptScan.Page page) {
        if (!page.next().isEmpty()) {
            answer.put("next", cursor(page.next()).text());
        }
        if (page.isIncomplete()) {
            answer.put("incomplete", true);
        }
    }

    private Predicate<JsonNode> isOwned(@Nullable String owner) {
        if (owner == null) {
            return _ -> true;
        }
        var table = endpoints.running().endpoints();
        return json -> owner.equals(table.ownerOf(json.path("endpoint").asText()));
    }

    private static Predicate<JsonNode> isAbout(@Nullable String event) {
        return json -> event == null || event.equals(json.path("event").asText());
    }

    /// A status, a class of them such as `5xx`, or an outcome.
    private static Predicate<JsonNode> hasStatus(@Nullable String status) {
        if (status == null) {
            return _ -> true;
        }
        if (!STATUS.matcher(status).matches()) {
            throw Requests.fault("status", "must be a status, a class of them (5xx) or an outcome");
        }
        if (status.endsWith("xx")) {
            return json -> json.path("status").asInt() / 100 == status.charAt(0) - '0';
        }
        return Character.isDigit(status.charAt(0))
                ? json -> json.path("status").asInt() == Integer.parseInt(status)
                : json -> json.path("outcome").asText().equals(status);
    }

    private static ListCursor cursor(Map<Integer, Long> places) {
        var parts = new ArrayList<Object>();
        places.forEach((partition, offset) -> {
            parts.add(partition);
            parts.add(offset);
        });
        return ListCursor.of(parts.toArray());
    }

    private static Map<Integer, Long> places(String after) {
        var cursor = ListCursor.read(after);
        var places = new TreeMap<Integer, Long>();
        for (int i = 0; i < cursor.parts().size(); i += 2) {
            places.put(cursor.index(i), cursor.number(i + 1));
        }
        return places;
    }
}
