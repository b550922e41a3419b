package dev.carillon.webhook.intake;

import dev.carillon.kit.KafkaClients;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Ends the transactions that owners before this one left open when they were killed. Otherwise Kafka would,
/// after the transaction timeout and whatever it takes to look for it, and nobody can know what was decided
/// until then.
///
/// A dispatcher that is alive has no transaction open on partitions that are not its own: it commits before it
/// gives them away. One that was away for so long that they were given to somebody else cannot commit any more,
/// and finds that it was replaced.
final class LeftOpen {

    private static final Logger LOG = Logger.getLogger(LeftOpen.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private LeftOpen() {}

    /// A transaction that looks open in a partition.
    private record Open(TopicPartition ledger, long producer, long start) {}

    /// Ends what is open on partitions that this group's new generation gave to this process. What cannot be
    /// ended is left to Kafka.
    ///
    /// @param ledgers partitions of the ledger
    /// @param own the transactional id of this process
    static void end(KafkaClients clients, Set<TopicPartition> ledgers, String own) throws InterruptedException {
        try (var admin = clients.admin()) {
            var ids = ids(admin, ledgers, own);
            if (!ids.isEmpty()) {
                LOG.infof("ending what %s left open", ids);
                admin.fenceProducers(ids).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.warn("open transactions of others cannot be ended, Kafka will do it later", e);
        }
    }

    /// Looked at twice, and at the coordinator in between: a transaction that is committed already may still look
    /// open in a partition, until its end is written there, and its producer is alive.
    private static List<String> ids(Admin admin, Set<TopicPartition> ledgers, String own)
            throws ExecutionException, InterruptedException, TimeoutException {
        var before = open(admin, ledgers);
        if (before.isEmpty()) {
            return List.of();
        }
        var ongoing = ongoing(admin, before.stream().map(Open::producer).collect(Collectors.toSet()));
        before.retainAll(open(admin, ledgers));
        return before.stream()
                .map(open -> ongoing.get(open.producer()))
                .filter(id -> id != null && id.startsWith(Ledger.ID_PREFIX) && !id.equals(own))
                .distinct()
                .toList();
    }

    private static Set<Open> open(Admin admin, Set<TopicPartition> ledgers)
            throws ExecutionException, InterruptedException, TimeoutException {
        var open = new HashSet<Open>();
        admin.describeProducers(ledgers)
                .all()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .forEach((ledger, state) -> state.activeProducers()
                        .forEach(producer -> producer.currentTransactionStartOffset()
                                .ifPresent(start -> open.add(new Open(ledger, producer.producerId(), start)))));
        return open;
    }

    /// The ids of transactions that nobody has asked to end yet, by their producers.
    private static Map<Long, String> ongoing(Admin admin, Set<Long> producers)
            throws ExecutionException, InterruptedException, TimeoutException {
        var options = new ListTransactionsOptions()
                .filterProducerIds(producers)
                .filterStates(Set.of(TransactionState.ONGOING));
        return admin.listTransactions(options).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).stream()
                .collect(Collectors.toMap(
                        TransactionListing::producerId,
                        TransactionListing::transactionalId,
                        // Two coordinators tell of it while its place in their log moves.
                        (one, _) -> one));
    }
}
