package dev.carillon.connection.session;

import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A client of a [SessionWorld]: what it sends is carried out at once, what comes back is kept.
final class ModelClient implements Wire {

    private final SessionWorld world;
    private final ProtocolCodec codec;
    private final Session session;
    private final List<Frame> frames = new ArrayList<>();
    private @Nullable CloseCode closed;
    private long lastId;

    ModelClient(SessionWorld world, ProtocolCodec codec) {
        this.world = world;
        this.codec = codec;
        this.session = world.open(codec, this);
    }

    ModelClient connect(String user) {
        call(Method.Connect.EMPTY.withToken(user));
        return this;
    }

    /// Sends commands in one frame, and gives the number of the last.
    long send(Method... methods) {
        begin(methods);
        world.run();
        return lastId;
    }

    /// Sends them, and stops where the first has to wait for something.
    void begin(Method... methods) {
        var commands = Stream.of(methods)
                .map(method -> new Command(method instanceof Method.Send ? 0 : ++lastId, method))
                .toList();
        session.receive(commands, commands.size() * 100L);
    }

    Session session() {
        return session;
    }

    Result call(Method method) {
        long id = send(method);
        return replies().stream()
                .filter(reply -> reply instanceof Reply.Success success && success.id() == id)
                .map(reply -> ((Reply.Success) reply).result())
                .findAny()
                .orElseThrow(() -> new AssertionError("no result of " + method + " in " + replies()));
    }

    /// Sends a command that is refused, and gives the error's code.
    int refused(Method method) {
        long id = send(method);
        return failures(id, id).getFirst();
    }

    /// The error codes of the commands from one number to another.
    List<Integer> failures(long first, long last) {
        return replies().stream()
                .filter(reply ->
                        reply instanceof Reply.Failure failure && failure.id() >= first && failure.id() <= last)
                .map(reply -> ((Reply.Failure) reply).error().code())
                .toList();
    }

    List<Reply> replies() {
        return frames.stream()
                .flatMap(frame -> codec.decodeReplies(frame.bytes()).stream())
                .toList();
    }

    List<Publication> publications(String channel) {
        return replies().stream()
                .filter(reply -> reply instanceof Push push && push.channel().equals(channel))
                .map(reply -> ((Push) reply).body())
                .filter(Push.Pub.class::isInstance)
                .map(body -> ((Push.Pub) body).publication())
                .toList();
    }

    List<String> data(String channel) {
        return publications(channel).stream()
                .map(publication -> publication.data().toStringUtf8())
                .toList();
    }

    List<Frame> frames() {
        return frames;
    }

    @Nullable
    CloseCode closed() {
        return closed;
    }

    void leave() {
        session.closed();
        world.run();
    }

    @Override
    public void write(List<Frame> written, Done done) {
        frames.addAll(written);
        done.written(true);
    }

    @Override
    public void ping() {}

    @Override
    public void close(CloseCode code) {
        closed = code;
    }
}
