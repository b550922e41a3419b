package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.webhook.ledger.Counts;
import dev.carillon.webhook.ledger.Discrepancy;
import dev.carillon.webhook.ledger.Fate;
import dev.carillon.webhook.ledger.LedgerReader.Place;
import dev.carillon.webhook.ledger.LedgerReader.Question;
import dev.carillon.webhook.ledger.Statement;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What became of all that was accepted in a while: `accepted = delivered + dead + cancelled + expired +
/// pending`, or it says what is missing. A long while comes in several answers, each about a part of it; who
/// adds them up has the whole.
@Path("/v1/ledger")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class LedgerResource {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LATELY = Duration.ofHours(24);

    private final Ledgers ledgers;
    private final NewestRecords records;
    private final Endpoints endpoints;
    private final CurrentAccess access;
    private final Clock clock = Clock.systemUTC();

    LedgerResource(Ledgers ledgers, NewestRecords records, Endpoints endpoints, CurrentAccess access) {
        this.ledgers = ledgers;
        this.records = records;
        this.endpoints = endpoints;
        this.access = access;
    }

    /// @param since the last 24 hours when absent
    /// @param until now when absent
    @GET
    public ObjectNode get(
            @QueryParam("since") @Nullable String since,
            @QueryParam("until") @Nullable String until,
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("owner") @Nullable String owner,
            @QueryParam("after") @Nullable String after) {
        endpoints.check(endpoint);
        var isWanted = isWanted(endpoint, access.narrow(owner));
        var place = after == null ? null : ListCursor.read(after, 4);
        var to = place == null ? Requests.time("until", until) : Instant.ofEpochMilli(place.number(1));
        var end = to == null ? clock.instant() : to;
        var from = place == null ? Requests.time("since", since) : Instant.ofEpochMilli(place.number(0));
        var begin = from == null ? end.minus(LATELY) : from;
        if (!begin.isBefore(end)) {
            throw Requests.fault("since", "must be before until");
        }
        var question = new Question(begin, end, records.partitions(endpoint), isWanted);
        var answer = ledgers.reader().read(question, place == null ? null : new Place(place.index(2), place.number(3)));
        var view = view(answer.statement())
                .put("since", begin.toString())
                .put("until", end.toString())
                .put("complete", !answer.isCut());
        var next = answer.next();
        if (next != null) {
            view.put(
                    "next",
                    ListCursor.of(begin.toEpochMilli(), end.toEpochMilli(), next.partition(), next.offset())
                            .text());
        }
        return view;
    }

    private Predicate<String> isWanted(@Nullable String endpoint, @Nullable String owner) {
        var table = endpoints.running().endpoints();
        return id -> (endpoint == null || endpoint.equals(id)) && (owner == null || owner.equals(table.ownerOf(id)));
    }

    private static ObjectNode view(Statement statement) {
        var view = counts(statement.fresh()).put("balanced", statement.isBalanced());
        view.set("replays", counts(statement.replays()));
        var discrepancies = view.putArray("discrepancies");
        statement.discrepancies().forEach(wrong -> discrepancies.add(discrepancy(wrong)));
        if (statement.found() > statement.discrepancies().size()) {
            view.put(
                    "moreDiscrepancies",
                    statement.found() - statement.discrepancies().size());
        }
        return view;
    }

    private static ObjectNode counts(Counts counts) {
        var view = JSON.createObjectNode().put("accepted", counts.accepted());
        for (var fate : Fate.values()) {
            view.put(fate.text(), counts.of(fate));
        }
        return view;
    }

    private static ObjectNode discrepancy(Discrepancy wrong) {
        var delivery = wrong.delivery();
        var view = JSON.createObjectNode()
                .put("kind", wrong.kind().text())
                .put("endpoint", delivery.endpoint())
                .put("event", delivery.event())
                .put("partition", delivery.partition())
                .put("offset", delivery.offset())
                .put("acceptedAt", delivery.at().toString());
        return wrong.last().isEmpty() ? view : view.put("last", wrong.last());
    }
}
