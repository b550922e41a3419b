package dev.carillon.testkit;

import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Member;
import dev.carillon.contract.Presence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Who is in the channels of a [TestOwner]. Tells who comes and goes at once. Confined to the owner's thread.
final class TestOwnerMembers {

    /// A question that waits for rows to be read.
    record Waiting(ChannelQuery query, long after, int partition) {}

    private final Map<Channel, Map<String, Presence>> channels = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();

    /// Takes over a row; what its channel's followers are told of it, or null.
    @Nullable
    InboxMessage row(String epoch, ConsumerRecord<byte[], byte[]> record) {
        read.put(record.partition(), record.offset() + 1);
        var key = Presence.Key.fromBytes(record.key());
        var members = channels.computeIfAbsent(key.channel(), _ -> new LinkedHashMap<>());
        if (record.value() == null) {
            var left = members.remove(key.client());
            return left != null && left.announced() ? new InboxMessage.Left(epoch, key.channel(), left.member()) : null;
        }
        var row = Presence.fromBytes(key, record.value());
        boolean isNew = members.put(key.client(), row) == null;
        return isNew && row.announced() ? new InboxMessage.Joined(epoch, key.channel(), row.member()) : null;
    }

    void ask(Waiting question) {
        waiting.add(question);
    }

    /// Those who can be answered now.
    List<ChannelQuery> answerable() {
        var ready = waiting.stream()
                .filter(one -> read.getOrDefault(one.partition(), 0L) >= one.after())
                .toList();
        waiting.removeAll(ready);
        return ready.stream().map(Waiting::query).toList();
    }

    InboxMessage members(String epoch, ChannelQuery.Members query) {
        var rows = rows(query.channel());
        boolean complete = rows.stream().noneMatch(Presence::counted);
        List<Member> members = complete ? rows.stream().map(Presence::member).toList() : List.of();
        return new InboxMessage.Members(
                epoch, query.channel(), query.queryId(), rows.size(), users(rows), complete, members);
    }

    InboxMessage counts(String epoch, ChannelQuery.MemberCounts query) {
        var rows = rows(query.channel());
        return new InboxMessage.MemberCounts(epoch, query.channel(), query.queryId(), rows.size(), users(rows));
    }

    private List<Presence> rows(Channel channel) {
        return List.copyOf(channels.getOrDefault(channel, Map.of()).values());
    }

    private static long users(List<Presence> rows) {
        return rows.stream().map(row -> row.member().user()).distinct().count();
    }
}
