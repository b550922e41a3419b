package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.Permissions;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.bound.TestBounds;
import dev.carillon.connection.feed.Catchup;
import dev.carillon.connection.feed.Publication;
import dev.carillon.connection.feed.Subscriber;
import dev.carillon.connection.feed.Subscription;
import dev.carillon.connection.hook.Caller;
import dev.carillon.connection.hook.Hooks;
import dev.carillon.connection.hook.TestHooks;
import dev.carillon.connection.presence.Presences;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Member;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtocolCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Sessions on a loop that runs when it is told to, in a node whose log is a list.
final class SessionWorld implements Surroundings {

    static final String EPOCH = "epoch";

    private static final SessionLimits LIMITS = new SessionLimits(
            Duration.ofSeconds(25),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            1 << 20,
            8,
            300,
            1_000,
            65_536,
            Duration.ofSeconds(2));

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final SessionLoop loop = new SessionLoop(tasks::add);
    private final Bounds bounds;
    private final Map<String, Namespace> namespaces = new HashMap<>();
    private final Map<Channel, List<Publication>> log = new HashMap<>();
    private final List<Following> followings = new ArrayList<>();
    private final List<Runnable> questions = new ArrayList<>();
    private boolean silent;
    private boolean closed;
    private int ended;
    private long end;

    /// Somebody who listens to a channel.
    private record Following(Channel channel, Subscriber subscriber) {}

    SessionWorld(Map<String, String> configured) {
        this.bounds = TestBounds.of(configured);
    }

    SessionWorld() {
        this(Map.of());
    }

    SessionWorld with(Namespace namespace) {
        namespaces.put(namespace.name(), namespace);
        return this;
    }

    ModelClient client(ProtocolCodec codec) {
        return new ModelClient(this, codec);
    }

    Session open(ProtocolCodec codec, Wire wire) {
        var plan = new Liveness.Plan(Wire.Pings.TRANSPORT, new Random(1));
        var session = new Session(this, LIMITS, loop, codec, wire, plan, () -> ended++);
        loop.opened(session);
        return session;
    }

    /// How often a session has told that it ended.
    int ended() {
        return ended;
    }

    /// Runs the loop until nothing is left to do.
    void run() {
        for (var task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    long publish(String channel, String data, Map<String, String> tags) {
        return publish(channel, ByteString.copyFromUtf8(data), tags);
    }

    /// Publishes, and gives the offset.
    long publish(String channel, ByteString data, Map<String, String> tags) {
        end += 3;
        var name = new Channel(channel);
        var event = new Event(
                new Event.Id("id-" + end), "rung", Event.DEFAULT_SOURCE, Instant.EPOCH, name, "", data, tags, null);
        var publication = new Publication(new LogEntry(end, event));
        log(name).add(publication);
        tasks.add(() -> tell(name, subscriber -> subscriber.publication(publication)));
        return end;
    }

    /// Tells who listens that publications are lost.
    void lose(String channel) {
        tasks.add(() -> tell(new Channel(channel), subscriber -> subscriber.broken(new Position(EPOCH, end))));
    }

    /// Forgets what was published: nobody recovers from before.
    void forget(String channel) {
        log.remove(new Channel(channel));
    }

    /// Has questions about the past wait, until they are answered.
    void silent() {
        silent = true;
    }

    void answer() {
        silent = false;
        questions.forEach(Runnable::run);
        questions.clear();
        run();
    }

    /// Lets nobody but subscribers do anything in a channel.
    void closeToOthers() {
        closed = true;
    }

    int listeners() {
        return followings.size();
    }

    @Override
    public Bounds bounds() {
        return bounds;
    }

    @Override
    public Namespace namespace(Channel channel) {
        return namespaces.getOrDefault(channel.namespace(), Namespace.DEFAULT);
    }

    @Override
    public Subscription subscribe(Channel channel, @Nullable Position since, Subscriber subscriber) {
        var following = new Following(channel, subscriber);
        tasks.add(() -> {
            followings.add(following);
            subscriber.subscribed(catchup(channel, since));
        });
        return () -> followings.remove(following);
    }

    @Override
    public CompletionStage<InboxMessage.HistoryPage> history(
            Channel channel, @Nullable Position after, int limit, boolean reverse) {
        var answer = new CompletableFuture<InboxMessage.HistoryPage>();
        Runnable question = () -> {
            var entries = log(channel).stream().map(Publication::entry).toList();
            var page = (reverse ? entries.reversed() : entries)
                    .stream().limit(limit).toList();
            answer.complete(new InboxMessage.HistoryPage(EPOCH, channel, 1, true, end, page));
        };
        if (silent) {
            questions.add(question);
        } else {
            question.run();
        }
        return answer;
    }

    @Override
    public CompletionStage<Position> append(Event event) {
        long offset = publish(event.channel().name(), event.data(), event.tags());
        return CompletableFuture.completedFuture(new Position(EPOCH, offset));
    }

    @Override
    public CompletionStage<Decision<ConnectionClaims>> enter(
            Method.Connect connect, Handshake handshake, Caller caller) {
        return renew(connect.token());
    }

    @Override
    public CompletionStage<Decision<ConnectionClaims>> renew(String token) {
        return granted(new ConnectionClaims(token, null, ByteString.EMPTY, Map.of()));
    }

    @Override
    public CompletionStage<Decision<SubscriptionClaims>> subscription(
            String token, String user, String client, Channel channel) {
        return granted(SubscriptionClaims.NONE);
    }

    @Override
    public Permissions.Verdict decide(Permissions.Action action, Channel channel, Permissions.Client client) {
        return action == Permissions.Action.SUBSCRIBE || client.subscribed() || !closed
                ? new Permissions.Verdict.Granted()
                : new Permissions.Verdict.Refused(ErrorCode.PERMISSION_DENIED);
    }

    @Override
    public Hooks hooks() {
        return TestHooks.none();
    }

    @Override
    public Presences.Stay enter(Channel channel, Member member, Namespace options) {
        return () -> {};
    }

    @Override
    public CompletionStage<InboxMessage.Members> members(Channel channel) {
        throw new UnsupportedOperationException("nobody knows who is in a channel");
    }

    @Override
    public CompletionStage<InboxMessage.MemberCounts> counts(Channel channel) {
        throw new UnsupportedOperationException("nobody knows how many are in a channel");
    }

    @Override
    public void opened(String client, String user) {}

    @Override
    public void closed(String client, String user) {}

    private static <T> CompletionStage<Decision<T>> granted(T value) {
        return CompletableFuture.completedFuture(new Decision.Granted<>(value));
    }

    private void tell(Channel channel, Consumer<Subscriber> call) {
        for (var following : List.copyOf(followings)) {
            if (following.channel().equals(channel) && followings.contains(following)) {
                call.accept(following.subscriber());
            }
        }
    }

    private Catchup catchup(Channel channel, @Nullable Position since) {
        var here = new Position(EPOCH, end);
        if (since == null || !since.epoch().equals(EPOCH) || !log.containsKey(channel)) {
            return new Catchup(here, false, List.of());
        }
        var missed = log(channel).stream()
                .filter(publication -> publication.offset() > since.offset())
                .toList();
        return new Catchup(here, true, missed);
    }

    private List<Publication> log(Channel channel) {
        return log.computeIfAbsent(channel, _ -> new ArrayList<>());
    }
}
