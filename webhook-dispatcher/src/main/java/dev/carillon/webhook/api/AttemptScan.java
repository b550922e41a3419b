package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.webhook.WebhookConfig;
import dev.carillon.webhook.scan.PartitionScan;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads attempts from the newest back, straight from the topic: any replica finds all of them, and nothing has
/// to be kept in memory or asked of other replicas. A page looks at so many records at most; the next one goes
/// on from there.
///
/// Waits: for virtual threads. Safe for use by many.
@Singleton
final class AttemptScan {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int STRETCH = 2_000;
    private static final int LEAST = 1_000;

    /// Entries about how deliveries are kept, not about attempts.
    private static final Set<String> INTERNAL = Set.of("moved", "commanded", "repeated");

    private static final Comparator<Found> NEWEST = Comparator.comparingLong(Found::time)
            .thenComparing(Found::partition)
            .thenComparing(Found::offset)
            .reversed();

    private final KafkaClients clients;
    private final WebhookConfig config;

    AttemptScan(KafkaClients clients, WebhookConfig config) {
        this.clients = clients;
        this.config = config;
    }

    /// What is wanted.
    ///
    /// @param endpoint only this one's, or all
    /// @param isWanted looks at the JSON of an attempt
    record Query(
            @Nullable String endpoint,
            @Nullable Instant since,
            @Nullable Instant until,
            Predicate<JsonNode> isWanted) {}

    /// An attempt that was found.
    record Found(int partition, long offset, long time, JsonNode json) {}

    /// @param items newest first
    /// @param next per partition the offset before which to go on; empty when there is nothing more
    /// @param isIncomplete whether there was too much to look at, so that more may match that is newer than what
    /// the next
    ///     page has
    record Page(List<Found> items, Map<Integer, Long> next, boolean isIncomplete) {}

    /// @param before per partition the offset before which to go on; empty for the first page
    Page page(Query query, List<Integer> partitions, Map<Integer, Long> before, int limit) {
        var key = query.endpoint() == null ? null : query.endpoint().getBytes(StandardCharsets.UTF_8);
        int budget = Math.max(LEAST, config.scanLimit() / partitions.size());
        var found = new ArrayList<Found>();
        var reached = new TreeMap<Integer, Long>();
        boolean isCut = false;
        try (var scan = PartitionScan.open(clients, config.requestPatience())) {
            for (int number : partitions) {
                if (!before.isEmpty() && !before.containsKey(number)) {
                    continue;
                }
                var search = new Search(query, key, limit);
                var partition = new TopicPartition(Topics.DELIVERY_ATTEMPT, number);
                var extent = scan.extent(partition);
                long end = Math.min(before.getOrDefault(number, extent.end()), extent.end());
                long begin = scan.offsetAt(partition, query.since(), extent);
                long floor = Math.max(begin, end - budget);
                long low = scan.readBack(partition, floor, end, STRETCH, search::look, search::isEnough);
                found.addAll(search.inOrder());
                if (low > begin) {
                    reached.put(number, low);
                    isCut |= !search.isEnough();
                }
            }
        }
        return cut(found, reached, limit, isCut);
    }

    /// The newest ones, and where to go on so that none of the others is passed over.
    private static Page cut(List<Found> found, Map<Integer, Long> reached, int limit, boolean isCut) {
        found.sort(NEWEST);
        var items = found.stream().limit(limit).toList();
        var next = new TreeMap<>(reached);
        found.stream().skip(limit).forEach(left -> next.merge(left.partition(), left.offset() + 1, Math::max));
        return new Page(items, next, isCut && items.size() < limit);
    }

    /// What is found in one partition. Confined to one thread.
    private static final class Search {
        private final Query query;
        private final byte @Nullable [] key;
        private final int limit;
        private final List<Found> found = new ArrayList<>();

        Search(Query query, byte @Nullable [] key, int limit) {
            this.query = query;
            this.key = key;
            this.limit = limit;
        }

        void look(ConsumerRecord<byte[], byte[]> entry) {
            var since = query.since();
            var until = query.until();
            boolean isMeant = (key == null || Arrays.equals(key, entry.key()))
                    && (since == null || entry.timestamp() >= since.toEpochMilli())
                    && (until == null || entry.timestamp() < until.toEpochMilli());
            if (!isMeant) {
                return;
            }
            var json = json(entry);
            if (json.isObject()
                    && !INTERNAL.contains(json.path("outcome").asText())
                    && query.isWanted().test(json)) {
                found.add(new Found(entry.partition(), entry.offset(), entry.timestamp(), json));
            }
        }

        /// What is found, with times that never grow towards older offsets, whatever clocks say: what is left
        /// for the next page must stand before all that is on this one.
        private List<Found> inOrder() {
            found.sort(Comparator.comparingLong(Found::offset).reversed());
            long time = Long.MAX_VALUE;
            var ordered = new ArrayList<Found>();
            for (var attempt : found) {
                time = Math.min(time, attempt.time());
                ordered.add(new Found(attempt.partition(), attempt.offset(), time, attempt.json()));
            }
            return ordered;
        }

        /// Each stretch is read forwards, so that there may be more at its end than are wanted, but none is
        /// missing.
        boolean isEnough() {
            return found.size() >= limit;
        }

        private static JsonNode json(ConsumerRecord<byte[], byte[]> entry) {
            try {
                return entry.value() == null ? JSON.nullNode() : JSON.readTree(entry.value());
            } catch (IOException e) {
                return JSON.nullNode();
            }
        }
    }
}
