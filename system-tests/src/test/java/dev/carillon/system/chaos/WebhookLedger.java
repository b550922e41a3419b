package dev.carillon.system.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What `GET /v1/ledger` of a dispatcher says, all answers added up.
///
/// @param counts by the names of its members
/// @param discrepancies as they are told
/// @param isComplete whether nothing is hidden
record WebhookLedger(Map<String, Long> counts, List<String> discrepancies, boolean isComplete) {

    private static final List<String> COUNTS =
            List.of("accepted", "delivered", "dead", "cancelled", "expired", "pending", "lost", "repeated");

    /// @param endpoint only this one's, or all when it is empty
    static WebhookLedger read(Instance dispatcher, Instant since, String endpoint) {
        var counts = new HashMap<String, Long>();
        var discrepancies = new ArrayList<String>();
        boolean isComplete = true;
        var query = "?since=" + since + (endpoint.isEmpty() ? "" : "&endpoint=" + endpoint);
        var after = "";
        do {
            var answer = Http.get(dispatcher.url("/v1/ledger" + query + after));
            COUNTS.forEach(name -> counts.merge(name, answer.path(name).asLong(), Long::sum));
            answer.path("discrepancies").forEach(wrong -> discrepancies.add(wrong.toString()));
            isComplete &= answer.path("complete").asBoolean();
            after = answer.hasNonNull("next") ? "&after=" + answer.path("next").asText() : "";
        } while (!after.isEmpty());
        return new WebhookLedger(counts, discrepancies, isComplete);
    }

    long of(String name) {
        return counts.getOrDefault(name, 0L);
    }
}
