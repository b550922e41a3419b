package dev.carillon.fanout.presence;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Member;
import dev.carillon.contract.Presence;
import dev.carillon.fanout.route.Watermark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A presence topic of one partition, nodes that write it, and its owner, who may be replaced by a new one that
/// starts from the commit. What the owner tells is collected by id, so that repeats do not count.
final class PresenceWorld {

    private static final Duration DELAY = Duration.ofSeconds(3);
    private static final List<Channel> CHANNELS = List.of(new Channel("a"), new Channel("b"));
    private static final List<String> USERS = List.of("", "anna", "bert", "carl");
    private static final List<String> NODES = List.of("n1", "n2", "n3");

    /// A record of the topic.
    private record Row(Presence.Key key, @Nullable Presence value, long meant, long timestamp) {}

    /// Somebody as others see it, in a channel.
    record Identity(Channel channel, String user, ByteString info) {}

    private final Random random;
    private final PartitionPresence.Rules rules;
    private final List<Row> topic = new ArrayList<>();
    private final Map<Presence.Key, Presence> connected = new LinkedHashMap<>();
    private final Map<String, Long> incarnations = new HashMap<>();
    private final Map<String, Identity> joined = new TreeMap<>();
    private final Map<String, Identity> left = new TreeMap<>();
    private final List<String> history = new ArrayList<>();
    private long now = 1_000_000;
    private int clients;
    private PartitionPresence owner;
    private Watermark mark = new Watermark(0);
    private long committed;
    private boolean lossy = true;

    PresenceWorld(long seed, int maxListed) {
        this.random = new Random(seed);
        this.rules = new PartitionPresence.Rules(maxListed, DELAY, Presence::announced);
        this.owner = new PartitionPresence(0, 1, rules);
        NODES.forEach(node -> incarnations.put(node, 1L));
    }

    /// Something happens.
    void step(boolean mayChangeOwner) {
        switch (random.nextInt(mayChangeOwner ? 12 : 10)) {
            case 0, 1, 2 -> connect(pick(CHANNELS), pick(USERS), pick(NODES));
            case 3, 4 -> anybody().ifPresent(this::disconnect);
            case 5, 6 -> anybody().ifPresent(this::reconnect);
            case 7 -> pass(random.nextInt(4000));
            case 8 -> die(pick(NODES));
            case 9 -> lapse(pick(NODES));
            case 10 -> committed = mark.low();
            default -> changeOwner();
        }
        read();
    }

    /// Nothing more happens, until everything is told.
    void settle() {
        lossy = false;
        for (int i = 0; i < 20; i++) {
            pass(2000);
            read();
        }
    }

    /// Who is in, as the owner knows it.
    Map<Channel, Set<String>> known() {
        return inChannels(channel -> {
            var members = owner.find(channel);
            return members == null
                    ? Set.of()
                    : members.list().stream().map(Member::client).collect(Collectors.toCollection(TreeSet::new));
        });
    }

    /// Who is in, as the topic says.
    Map<Channel, Set<String>> written() {
        var rows = new HashMap<Presence.Key, Long>();
        for (int i = 0; i < topic.size(); i++) {
            var row = topic.get(i);
            var there = rows.get(row.key());
            if (row.value() != null) {
                rows.put(row.key(), (long) i);
            } else if (there != null && (row.meant() < 0 || there <= row.meant())) {
                rows.remove(row.key());
            }
        }
        return inChannels(channel -> rows.keySet().stream()
                .filter(key -> key.channel().equals(channel))
                .map(Presence.Key::client)
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /// Who is connected.
    Map<Channel, Set<String>> connected() {
        return inChannels(channel -> connected.keySet().stream()
                .filter(key -> key.channel().equals(channel))
                .map(Presence.Key::client)
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    long users(Channel channel) {
        var members = owner.find(channel);
        return members == null ? 0 : members.users();
    }

    long connectedUsers(Channel channel) {
        return connected.values().stream()
                .filter(row -> row.channel().equals(channel))
                .map(row -> row.member().user())
                .distinct()
                .count();
    }

    List<Channel> channels() {
        return CHANNELS;
    }

    /// How many more joins than leaves were told of everybody, where that is not none.
    Map<Identity, Long> told() {
        var balance = new HashMap<Identity, Long>();
        joined.values().forEach(who -> balance.merge(who, 1L, Long::sum));
        left.values().forEach(who -> balance.merge(who, -1L, Long::sum));
        balance.values().removeIf(count -> count == 0);
        return balance;
    }

    /// What should have been told.
    Map<Identity, Long> present() {
        return connected.values().stream()
                .map(PresenceWorld::identity)
                .collect(Collectors.groupingBy(who -> who, Collectors.counting()));
    }

    /// All that happened, to explain a failure.
    String history() {
        return String.join("\n", history);
    }

    int size() {
        return owner.size();
    }

    private void connect(Channel channel, String user, String node) {
        var info = ByteString.copyFromUtf8(user.isEmpty() ? "" : Integer.toString(random.nextInt(2)));
        write(new Member(user, "c" + ++clients, info, ByteString.EMPTY), channel, node);
    }

    private void write(Member member, Channel channel, String node) {
        var row = new Presence(channel, member, node, incarnations.getOrDefault(node, 1L), false, true);
        connected.put(row.key(), row);
        topic.add(new Row(row.key(), row, -1, now));
    }

    private void disconnect(Presence row) {
        connected.remove(row.key());
        topic.add(new Row(row.key(), null, -1, now));
    }

    /// Under a new connection, on another node perhaps; sometimes the new one is there first, or comes too
    /// late.
    private void reconnect(Presence row) {
        boolean isSameClient = random.nextInt(4) == 0;
        var client = isSameClient ? row.member().client() : "c" + ++clients;
        var again = new Member(row.member().user(), client, row.member().connectionInfo(), ByteString.EMPTY);
        if (!isSameClient && random.nextInt(4) == 0) {
            write(again, row.channel(), pick(NODES));
            disconnect(row);
            return;
        }
        disconnect(row);
        if (random.nextBoolean()) {
            read();
        }
        pass(random.nextInt(4000));
        write(again, row.channel(), pick(NODES));
    }

    /// Ends without a word; a new incarnation may follow.
    private void die(String node) {
        connected.values().removeIf(row -> row.node().equals(node));
        long old = incarnations.getOrDefault(node, 1L);
        if (random.nextBoolean()) {
            incarnations.put(node, old + 1);
        }
        bury(owner.end(node, old, nanos()));
    }

    /// Is taken for dead and comes back: what it writes again may overtake the tombstones.
    private void lapse(String node) {
        var dead = owner.end(node, incarnations.getOrDefault(node, 1L), nanos());
        if (random.nextBoolean()) {
            bury(dead);
            rewrite(node);
        } else {
            rewrite(node);
            bury(dead);
        }
    }

    private void rewrite(String node) {
        connected.values().stream()
                .filter(row -> row.node().equals(node))
                .forEach(row -> topic.add(new Row(row.key(), row, -1, now)));
    }

    /// Some get lost on their way.
    private void bury(List<Membership> dead) {
        for (var membership : dead) {
            if (!lossy || random.nextInt(5) > 0) {
                topic.add(new Row(membership.row().key(), null, membership.offset(), now));
            }
        }
    }

    private void changeOwner() {
        committed = random.nextBoolean() ? mark.low() : committed;
        history.add(now + " new owner from " + committed);
        owner = new PartitionPresence(0, 1, rules);
        for (int i = 0; i < committed; i++) {
            var row = topic.get(i);
            if (row.value() != null) {
                owner.load(row.value(), i, row.timestamp());
            } else {
                owner.loadGone(row.key(), i, row.meant(), row.timestamp(), nanos());
            }
        }
        owner.loaded(committed, topic.size());
        mark = new Watermark(committed);
        read();
        // As after a take-over: of nodes that are dead by now.
        bury(owner.end(
                row -> row.incarnation() < incarnations.getOrDefault(row.node(), 1L)
                        || (!connected.containsKey(row.key()) && isOfTheDead(row)),
                nanos()));
    }

    /// Whoever ended in good order has a tombstone in the topic.
    private boolean isOfTheDead(Presence row) {
        return topic.reversed().stream()
                .filter(record -> record.key().equals(row.key()))
                .findFirst()
                .map(record -> record.value() != null)
                .orElse(false);
    }

    private void pass(long millis) {
        now += millis;
        owner.due(nanos()).forEach(went -> {
            left.put("left-" + went.offset(), identity(went.membership().row()));
            history.add(now + " left " + went.offset() + " " + went.membership().row());
            done(went);
        });
        bury(owner.overdue(nanos() - Duration.ofSeconds(10).toNanos(), nanos()));
    }

    private void read() {
        while (mark.next() < topic.size()) {
            long offset = mark.next();
            read(topic.get(Math.toIntExact(offset)), offset);
        }
    }

    private void read(Row row, long offset) {
        history.add(now + " " + offset + " " + row);
        var ticket = mark.register(offset);
        var value = row.value();
        if (value == null) {
            switch (owner.went(row.key(), offset, row.meant(), row.timestamp(), nanos(), ticket)) {
                case PartitionPresence.Going.Later _ -> ticket.expect();
                case PartitionPresence.Going.Outdated(var membership) ->
                    rewrite(membership.row().node());
                case PartitionPresence.Going.Quiet() -> {}
            }
        } else {
            switch (owner.came(value, offset, row.timestamp())) {
                case PartitionPresence.Coming.Joined(var membership) ->
                    joined.put("joined-" + offset, identity(membership.row()));
                case PartitionPresence.Coming.Back(var went) -> {
                    history.add("back of " + went.offset());
                    done(went);
                }
                case PartitionPresence.Coming.Quiet() -> {}
            }
        }
        ticket.done();
    }

    private static void done(Leaving went) {
        var ticket = went.ticket();
        if (ticket != null) {
            ticket.done();
        }
    }

    private static Identity identity(Presence row) {
        return new Identity(row.channel(), row.member().user(), row.member().connectionInfo());
    }

    private static Map<Channel, Set<String>> inChannels(Function<Channel, Set<String>> clients) {
        return CHANNELS.stream().collect(Collectors.toMap(channel -> channel, clients));
    }

    private Optional<Presence> anybody() {
        var all = List.copyOf(connected.values());
        return all.isEmpty() ? Optional.empty() : Optional.of(pick(all));
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private long nanos() {
        return now * 1_000_000;
    }
}
