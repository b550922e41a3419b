package dev.carillon.fanout.own;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Who owns which partition of the log among all instances, and how far behind it is, as Kafka knows it.
///
/// Safe for use by many threads.
final class GroupView implements AutoCloseable {

    private final Admin admin;
    private final List<TopicPartition> log;

    /// @param partitions of the log: P
    GroupView(KafkaClients clients, int partitions) {
        this.admin = clients.admin();
        this.log = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(Topics.EVENT_PUBLISHED, partition))
                .toList();
    }

    /// One item per partition, owned or not. Fails when Kafka does not answer.
    CompletionStage<List<OwnerView>> owners() {
        var group = admin.describeConsumerGroups(List.of(MemberClients.GROUP))
                .all()
                .toCompletionStage()
                .thenApply(groups -> Objects.requireNonNull(groups.get(MemberClients.GROUP)));
        var commits = admin.listConsumerGroupOffsets(MemberClients.GROUP)
                .partitionsToOffsetAndMetadata()
                .toCompletionStage();
        var ends = admin.listOffsets(log.stream().collect(Collectors.toMap(of -> of, _ -> OffsetSpec.latest())))
                .all()
                .toCompletionStage();
        return group.thenCombine(commits, Described::new)
                .thenCombine(ends, (described, known) -> views(described, known));
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    private record Described(ConsumerGroupDescription group, Map<TopicPartition, OffsetAndMetadata> commits) {}

    private List<OwnerView> views(Described described, Map<TopicPartition, ListOffsetsResultInfo> ends) {
        var members = new HashMap<TopicPartition, MemberDescription>();
        for (var member : described.group().members()) {
            member.assignment().topicPartitions().forEach(partition -> members.put(partition, member));
        }
        var views = new ArrayList<OwnerView>();
        for (var partition : log) {
            var member = members.get(partition);
            var commit = described.commits().get(partition);
            var end = ends.get(partition);
            long from = commit == null ? 0 : commit.offset();
            long to = end == null ? from : end.offset();
            views.add(new OwnerView(
                    partition.partition(),
                    member == null ? "" : member.groupInstanceId().orElse(member.consumerId()),
                    member == null ? "" : member.host(),
                    from,
                    to,
                    Math.max(0, to - from)));
        }
        return List.copyOf(views);
    }
}
