package dev.carillon.fanout.presence;

import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Member;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.route.Inboxes;
import dev.carillon.fanout.route.Outlet;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Answers who, and how many, are in a channel; not before everything was read that the answer has to hold.
///
/// Confined to the worker's thread.
public final class MemberAnswerer {

    /// The largest part of an answer, encoded, give or take a member.
    private static final int MAX_BYTES = 500 * 1024;

    /// What a member takes besides its texts.
    private static final int MEMBER_OVERHEAD = 32;

    /// Whoever asks gives up before.
    private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

    private static final int MAX_WAITING = 10_000;

    private record Waiting(ChannelQuery query, long after, PartitionPresence presence, long since) {}

    private final String epoch;
    private final Inboxes inboxes;
    private final Outlet outlet;
    private final LongSupplier nanoTime;
    private final FanoutMeters meters;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /// @param epoch of the log
    /// @param nanoTime a clock that never jumps, in nanoseconds
    public MemberAnswerer(String epoch, Inboxes inboxes, Outlet outlet, LongSupplier nanoTime, FanoutMeters meters) {
        this.epoch = epoch;
        this.inboxes = inboxes;
        this.outlet = outlet;
        this.nanoTime = nanoTime;
        this.meters = meters;
    }

    /// Answers a query about members, now or as soon as it can; others are not its business.
    ///
    /// @param after the offset below which rows must have been read
    public void ask(ChannelQuery query, long after, PartitionPresence presence) {
        if (presence.isRead(after)) {
            answer(query, presence);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(new Waiting(query, after, presence, nanoTime.getAsLong()));
        }
    }

    /// Whether somebody waits for rows to be read.
    public boolean isWaited() {
        return !waiting.isEmpty();
    }

    /// Answers those who waited for what was read meanwhile.
    public void answerWaiting() {
        long now = nanoTime.getAsLong();
        waiting.removeIf(one -> {
            if (one.presence().isRead(one.after())) {
                answer(one.query(), one.presence());
                return true;
            }
            return now - one.since() > PATIENCE;
        });
    }

    private void answer(ChannelQuery query, PartitionPresence presence) {
        switch (query) {
            case ChannelQuery.Members asked ->
                members(asked, presence.find(asked.channel())).forEach(part -> tell(asked.node(), part));
            case ChannelQuery.MemberCounts asked -> tell(asked.node(), counts(asked, presence.find(asked.channel())));
            case ChannelQuery.History _, ChannelQuery.HistorySince _ -> {
                return;
            }
        }
        meters.queries.increment();
    }

    private InboxMessage counts(ChannelQuery.MemberCounts asked, @Nullable ChannelMembers there) {
        long clients = there == null ? 0 : there.clients();
        long users = there == null ? 0 : there.users();
        return new InboxMessage.MemberCounts(epoch, asked.channel(), asked.queryId(), clients, users);
    }

    private List<InboxMessage> members(ChannelQuery.Members asked, @Nullable ChannelMembers there) {
        if (there == null) {
            return List.of(new InboxMessage.Members(epoch, asked.channel(), asked.queryId(), 0, 0, true, List.of()));
        }
        boolean complete = there.isComplete();
        var all = complete ? there.list() : List.<Member>of();
        var parts = new ArrayList<InboxMessage>();
        int begin = 0;
        int bytes = 0;
        for (int i = 0; i < all.size(); i++) {
            bytes += size(all.get(i));
            if (bytes > MAX_BYTES && i + 1 < all.size()) {
                parts.add(part(asked, there, true, all.subList(begin, i + 1), parts.size()));
                begin = i + 1;
                bytes = 0;
            }
        }
        parts.add(part(asked, there, false, all.subList(begin, all.size()), parts.size()));
        return parts;
    }

    private InboxMessage.Members part(
            ChannelQuery.Members asked, ChannelMembers there, boolean more, List<Member> members, int number) {
        return new InboxMessage.Members(
                epoch,
                asked.channel(),
                asked.queryId(),
                there.clients(),
                there.users(),
                there.isComplete(),
                more,
                members,
                number);
    }

    private static int size(Member member) {
        return MEMBER_OVERHEAD
                + 3 * (member.user().length() + member.client().length())
                + member.connectionInfo().size()
                + member.channelInfo().size();
    }

    private void tell(String node, InboxMessage message) {
        outlet.tell(inboxes.of(node, 0), InboxCodec.encode(message), null, null);
    }
}
