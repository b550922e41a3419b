package dev.carillon.fanout.presence;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Member;
import dev.carillon.contract.Presence;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who is in one channel, and who just went. Coming and going takes the same short time however many are there.
/// Confined to the thread of the partition's owner.
final class ChannelMembers {

    private static final ArrayDeque<Leaving> NOBODY = new ArrayDeque<>(0);

    private final Map<String, Membership> members = new LinkedHashMap<>();
    private final Map<String, Integer> users = new HashMap<>();
    private final Map<Member, ArrayDeque<Leaving>> leaving = new HashMap<>(0);
    private int unlisted;

    @Nullable
    Membership get(String client) {
        return members.get(client);
    }

    /// Adds one whose client is not in.
    void put(Membership membership) {
        members.put(membership.member().client(), membership);
        users.merge(membership.member().user(), 1, Integer::sum);
        unlisted += membership.isListed() ? 0 : 1;
    }

    void remove(Membership membership) {
        if (members.remove(membership.member().client(), membership)) {
            forget(membership);
        }
    }

    void add(Leaving went) {
        keys(went.membership().member()).forEach(key -> leaving.computeIfAbsent(key, _ -> new ArrayDeque<>(1))
                .add(went));
    }

    /// Whoever went and is back with this row: the same client, or another one of the same user with the same
    /// infos.
    ///
    /// @param timestamp of the row, in milliseconds
    /// @param delayMillis how long after it went somebody counts as back
    @Nullable
    Leaving back(Presence row, long timestamp, long delayMillis) {
        for (var key : keys(row.member())) {
            for (var went : leaving.getOrDefault(key, NOBODY)) {
                if (timestamp - went.timestamp() < delayMillis) {
                    return went;
                }
            }
        }
        return null;
    }

    /// Forgets somebody of whom nothing more is to be told.
    void drop(Leaving settled) {
        for (var key : keys(settled.membership().member())) {
            leaving.computeIfPresent(key, (_, those) -> {
                those.remove(settled);
                return those.isEmpty() ? null : those;
            });
        }
    }

    int clients() {
        return members.size();
    }

    int users() {
        return users.size();
    }

    /// Whether it is known of all who they are.
    boolean isComplete() {
        return unlisted == 0;
    }

    boolean isForgotten() {
        return members.isEmpty() && leaving.isEmpty();
    }

    List<Member> list() {
        return members.values().stream().map(Membership::member).toList();
    }

    private void forget(Membership membership) {
        users.computeIfPresent(membership.member().user(), (_, count) -> count == 1 ? null : count - 1);
        unlisted -= membership.isListed() ? 0 : 1;
    }

    /// The connection itself; and whoever looks the same to others, unless nobody knows who that is.
    private static List<Member> keys(Member member) {
        var itself = new Member("", member.client(), ByteString.EMPTY, ByteString.EMPTY);
        if (member.user().isEmpty()) {
            return List.of(itself);
        }
        return List.of(itself, new Member(member.user(), "", member.connectionInfo(), member.channelInfo()));
    }
}
