package dev.carillon.system.chaos;

import static org.awaitility.Awaitility.await;

import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.system.chaos.Instance.Kind;
import dev.carillon.system.chaos.Witness.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Everybody who listens: two on every transport that a client may use, and one webhook receiver.
///
/// Confined to the run's thread.
final class Audience implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int EACH = 2;

    private final List<Instance> nodes;
    private final RunClock clock;
    private final Random random;
    private final Members members = new Members();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Account hooked;
    private final Hook hook;

    Audience(Cluster cluster, RandomGenerator seeds, RunClock clock) {
        this.nodes = cluster.of(Kind.NODE);
        this.clock = clock;
        this.random = new Random(seeds.nextLong());
        this.hooked = new Account("webhook", Promise.AT_LEAST_ONCE, Load.CHANNELS, clock);
        this.hook = new Hook(hooked);
    }

    /// Has everybody listen, and waits until they do.
    void gather() {
        var anyNode = new AnyNode(nodes, new Random(random.nextLong()));
        add("websocket-json", account -> new SocketLine(JsonCodec.INSTANCE, account, members));
        add("websocket-protobuf", account -> new SocketLine(ProtobufCodec.INSTANCE, account, members));
        add("sse", StreamLine::new);
        add("long-poll", PollLine::new);
        add("session-sse", account -> new SessionLine(account, members, anyNode));
        add("listener-sse", account -> new ListenerLine(account, members));
        for (var subscriber : subscribers) {
            await(subscriber.account().name + " to listen")
                    .atMost(PATIENCE)
                    .until(() -> subscriber.account().isReady());
        }
    }

    private void add(String transport, Function<Account, Line> line) {
        for (int i = 1; i <= EACH; i++) {
            var account = new Account(transport + "-" + i, Promise.ONCE_IN_ORDER, Load.CHANNELS, clock);
            subscribers.add(
                    Subscriber.start(account, line.apply(account), nodes, new Random(random.nextLong()), clock));
        }
    }

    Hook hook() {
        return hook;
    }

    Members members() {
        return members;
    }

    /// Nobody goes away by itself from now on.
    void settle() {
        subscribers.forEach(Subscriber::settle);
    }

    List<Witness> witnesses() {
        return Stream.concat(
                        subscribers.stream()
                                .map(subscriber -> subscriber.account().witness()),
                        Stream.of(hooked.witness()))
                .toList();
    }

    List<String> troubles() {
        var troubles = new ArrayList<String>();
        for (var subscriber : subscribers) {
            var failure = subscriber.failure();
            if (failure != null) {
                troubles.add(subscriber.account().name + " gave up: " + failure);
            }
        }
        hook.troubles().forEach(troubles::add);
        return troubles;
    }

    /// Why connections ended, for people.
    List<String> notes() {
        return subscribers.stream()
                .map(subscriber -> "%s: %d gaps; ended %s"
                        .formatted(
                                subscriber.account().name,
                                subscriber.account().gaps(),
                                subscriber.account().endings()))
                .toList();
    }

    @Override
    public void close() {
        subscribers.forEach(Subscriber::close);
        hook.close();
    }
}
