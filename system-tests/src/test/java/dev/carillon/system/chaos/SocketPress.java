package dev.carillon.system.chaos;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `publish` of the client protocol. It has no idempotency key, so a publish whose answer did not come is never
/// said again.
final class SocketPress implements Press {

    private static final int TOO_MANY_REQUESTS = 111;
    private static final long PATIENCE_MILLIS = 15_000;

    private final Supplier<Instance> anyNode;
    private @Nullable Socket socket;
    private long lastId;

    SocketPress(Supplier<Instance> anyNode) {
        this.anyNode = anyNode;
    }

    @Override
    public Outcome publish(String channel, String key) throws InterruptedException {
        try {
            if (socket == null) {
                connect();
            }
        } catch (IOException _) {
            close();
            return Outcome.AGAIN;
        }
        try {
            var answer = call(new Method.Publish(channel, ByteString.copyFromUtf8(Load.data(channel, key)), 0));
            if (answer instanceof Reply.Failure(long _, var error)) {
                return error.code() == TOO_MANY_REQUESTS ? Outcome.AGAIN : Outcome.UNKNOWN;
            }
            return Outcome.ACKNOWLEDGED;
        } catch (IOException _) {
            close();
            return Outcome.UNKNOWN;
        }
    }

    private void connect() throws IOException, InterruptedException {
        socket = Socket.open(anyNode.get(), JsonCodec.INSTANCE);
        if (!(call(Method.Connect.EMPTY) instanceof Reply.Success(long _, Result.Connect _))) {
            throw new IOException("not connected");
        }
    }

    private Reply call(Method method) throws IOException, InterruptedException {
        var open = Objects.requireNonNull(socket);
        long id = ++lastId;
        open.send(List.of(new Command(id, method)));
        long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (true) {
            for (var reply : open.next(Math.max(1, (until - System.nanoTime()) / 1_000_000))) {
                switch (reply) {
                    case Reply.Ping _ -> open.send(List.of(Command.pong()));
                    case Reply.Success success
                    when success.id() == id -> {
                        return success;
                    }
                    case Reply.Failure failure
                    when failure.id() == id -> {
                        return failure;
                    }
                    default -> {
                        // Late, or of no concern.
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
