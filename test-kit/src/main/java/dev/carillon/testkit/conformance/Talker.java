package dev.carillon.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import dev.carillon.testkit.FossilPatch;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A client that sends exactly what it is told to, answers pings unless it is told not to, and keeps all that
/// comes back.
///
/// Safe for use by many threads, but for the numbers of commands.
public final class Talker implements Transport.Ear, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(10);

    /// The connection ended before a command was answered.
    static final class Gone extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        Gone(String what) {
            super(what);
        }
    }

    private final ProtocolCodec codec;
    private final Transport.Line line;
    private final List<Reply> replies = new ArrayList<>();
    private final List<Integer> frames = new ArrayList<>();
    private final Map<Long, CompletableFuture<Reply>> answers = new ConcurrentHashMap<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private volatile boolean answersPings;
    private long lastId;

    public Talker(Transport transport, Door door) {
        this.codec = transport.codec();
        this.answersPings = !(codec instanceof JsonCodec json && json.isUnidirectional());
        this.line = transport.open(door, this);
    }

    ProtocolCodec codec() {
        return codec;
    }

    public Transport.Line line() {
        return line;
    }

    public Talker deafToPings() {
        answersPings = false;
        return this;
    }

    public Talker connect() {
        call(Method.Connect.EMPTY);
        return this;
    }

    long lastId() {
        return lastId;
    }

    /// Says what a client that only listens wants, once.
    void ask(Method.Connect request) {
        line.send(codec.encode(new Command(1, request)).bytes());
    }

    /// The same, and what it is told about it.
    public Push.Connect listen(Method.Connect request) {
        ask(request);
        await().pollDelay(Duration.ZERO)
                .pollInterval(LOOK)
                .atMost(PATIENCE)
                .until(() -> !isOpen() || !replies().isEmpty());
        if (replies().isEmpty()
                || !(replies().getFirst() instanceof Push push)
                || !(push.body() instanceof Push.Connect connect)) {
            throw new Gone("not connected, but told " + replies() + ", closed: " + closed.getNow(0));
        }
        return connect;
    }

    /// Sends commands in one frame, and gives the number of the last.
    public long send(Method... methods) {
        var frames = Stream.of(methods)
                .map(method -> codec.encode(new Command(method instanceof Method.Send ? 0 : ++lastId, method)))
                .toList();
        synchronized (line) {
            line.send(codec.join(frames).bytes());
        }
        return lastId;
    }

    public Result call(Method method) {
        return success(send(method));
    }

    public int refused(Method method) {
        return failure(send(method));
    }

    public Result success(long id) {
        if (answer(id) instanceof Reply.Success success) {
            return success.result();
        }
        throw new AssertionError("command " + id + " was answered with " + answer(id));
    }

    public int failure(long id) {
        if (answer(id) instanceof Reply.Failure failure) {
            return failure.error().code();
        }
        throw new AssertionError("command " + id + " was answered with " + answer(id));
    }

    /// The answer to a command, when it is there.
    public Reply answer(long id) {
        var answered = answered(id);
        CompletableFuture.anyOf(answered, closed)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        if (!answered.isDone()) {
            throw new Gone("command %d was not answered, closed with %d".formatted(id, closed.join()));
        }
        return answered.join();
    }

    public Result.Subscribe subscribe(Method.Subscribe request) {
        return (Result.Subscribe) call(request);
    }

    /// Comes back to a channel, and waits for so many publications: those that came last may be in the reply
    /// already, or come live after it.
    List<Publication> recover(Method.Subscribe request, int count) {
        var result = subscribe(request);
        assertThat(result.recovered()).isTrue();
        awaitPublications(request.channel(), count - result.publications().size());
        var all = new ArrayList<>(result.publications());
        all.addAll(publications(request.channel()));
        return all;
    }

    public Result.Subscribe subscribe(String channel) {
        return subscribe(Method.Subscribe.to(channel));
    }

    public void publish(String channel, String json) {
        call(new Method.Publish(channel, ByteString.copyFromUtf8(json), 0));
    }

    public List<Reply> replies() {
        synchronized (replies) {
            return List.copyOf(replies);
        }
    }

    /// How many messages came in each piece.
    List<Integer> frames() {
        synchronized (replies) {
            return List.copyOf(frames);
        }
    }

    public List<Publication> publications(String channel) {
        return replies().stream()
                .filter(reply -> reply instanceof Push push && push.channel().equals(channel))
                .map(reply -> ((Push) reply).body())
                .filter(Push.Pub.class::isInstance)
                .map(body -> ((Push.Pub) body).publication())
                .toList();
    }

    /// Waits for so many publications, and gives all that are there then.
    public List<Publication> awaitPublications(String channel, int count) {
        await().pollDelay(Duration.ZERO).pollInterval(LOOK).atMost(PATIENCE).untilAsserted(() -> assertThat(
                        publications(channel))
                .hasSizeGreaterThanOrEqualTo(count));
        return publications(channel);
    }

    public void awaitPush(Push push) {
        await().pollDelay(Duration.ZERO).pollInterval(LOOK).atMost(PATIENCE).until(() -> replies()
                .contains(push));
    }

    public static List<String> texts(List<Publication> publications) {
        return publications.stream()
                .map(publication -> publication.data().toStringUtf8())
                .toList();
    }

    /// The data of publications that may be patches, as a client library makes it of them.
    List<String> patched(List<Publication> publications) {
        var all = new ArrayList<String>();
        var last = ByteString.EMPTY;
        for (var publication : publications) {
            var data = codec instanceof JsonCodec ? string(publication.data()) : publication.data();
            last = publication.delta() ? FossilPatch.apply(last, data) : data;
            all.add(last.toStringUtf8());
        }
        return all;
    }

    private static ByteString string(ByteString json) {
        return ByteString.copyFromUtf8(NodeHttp.parse(json.toStringUtf8()).textValue());
    }

    /// The code with which the node ends the connection.
    public int closed() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /// Returns when the connection is gone, for whatever reason.
    void awaitEnd() {
        closed.join();
    }

    public boolean isOpen() {
        return !closed.isDone();
    }

    @Override
    public void close() {
        line.cut();
    }

    @Override
    public void heard(List<Reply> heard) {
        synchronized (replies) {
            replies.addAll(heard);
            frames.add(heard.size());
        }
        for (var reply : heard) {
            switch (reply) {
                case Reply.Success success -> answered(success.id()).complete(success);
                case Reply.Failure failure -> answered(failure.id()).complete(failure);
                case Reply.Ping _ -> pong();
                case Push _ -> {}
            }
        }
    }

    @Override
    public void closed(int code) {
        closed.complete(code);
    }

    /// Not on the thread that hears: it must not wait.
    private void pong() {
        if (answersPings) {
            var _ = Thread.ofVirtual().start(() -> {
                synchronized (line) {
                    try {
                        line.send(codec.encode(Command.pong()).bytes());
                    } catch (CompletionException e) {
                        closed.join(); // gone in the meantime
                    }
                }
            });
        }
    }

    private CompletableFuture<Reply> answered(long id) {
        return answers.computeIfAbsent(id, _ -> new CompletableFuture<>());
    }
}
