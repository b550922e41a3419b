package dev.carillon.connection.session;

import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.ReplyError;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.UnsubscribeCode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What is different for a client that only listens: it names its channels when it connects, as commands of its
/// own would, and whatever it cannot be told or cannot answer ends the connection.
///
/// Confined to the session's event loop.
final class OneWay {

    private final Session session;
    private final Requests requests;
    private final Map<Long, String> open = new HashMap<>();
    private final Map<String, Result.Subscribe> results = new LinkedHashMap<>();
    private Consumer<Map<String, Result.Subscribe>> whenOpen = _ -> {};

    OneWay(Session session, Requests requests) {
        this.session = session;
        this.requests = requests;
    }

    /// Subscribes to the channels that the client asks for, by the rules for any client.
    ///
    /// @param served those that its token brought: for them a wish is only a position
    void subscribe(
            Map<String, Method.Subscribe> wishes,
            Map<String, Result.Subscribe> served,
            Consumer<Map<String, Result.Subscribe>> then) {
        results.putAll(served);
        whenOpen = then;
        long id = 0;
        for (var channel : wishes.keySet()) {
            if (!served.containsKey(channel)) {
                open.put(++id, channel);
            }
        }
        if (open.isEmpty()) {
            whenOpen.accept(results);
            return;
        }
        for (var wish : List.copyOf(open.entrySet())) {
            if (session.isClosed()) {
                return;
            }
            var subscribe = wishes.getOrDefault(wish.getValue(), Method.Subscribe.to(""));
            requests.handle(new Command(wish.getKey(), subscribe.withChannel(wish.getValue())));
        }
    }

    /// Hears what came of a wish.
    ///
    /// @return false when it is no wish that this is about
    boolean succeeded(long command, Result result) {
        var channel = result instanceof Result.Subscribe ? open.remove(command) : null;
        if (channel == null) {
            return false;
        }
        results.put(channel, (Result.Subscribe) result);
        if (open.isEmpty()) {
            whenOpen.accept(results);
        }
        return true;
    }

    /// How a connection ends instead of an error: one of ours, or one of the application's own.
    private static CloseCode ending(ReplyError why) {
        for (var known : ErrorCode.values()) {
            if (known.code() == why.code()) {
                return ending(known);
            }
        }
        return why.temporary() ? CloseCode.SERVER_ERROR : CloseCode.PERMISSION_DENIED;
    }

    static CloseCode ending(ErrorCode why) {
        return switch (why) {
            case INTERNAL, CONCURRENT_PAGINATION -> CloseCode.SERVER_ERROR;
            case UNAUTHORIZED -> CloseCode.INVALID_TOKEN;
            case TOKEN_EXPIRED, EXPIRED -> CloseCode.CONNECTION_EXPIRED;
            case PERMISSION_DENIED -> CloseCode.PERMISSION_DENIED;
            case LIMIT_EXCEEDED -> CloseCode.CHANNEL_LIMIT;
            case NOT_AVAILABLE, METHOD_NOT_FOUND -> CloseCode.NOT_AVAILABLE;
            case TOO_MANY_REQUESTS -> CloseCode.TOO_MANY_REQUESTS;
            case UNRECOVERABLE_POSITION -> CloseCode.INSUFFICIENT_STATE;
            case UNKNOWN_CHANNEL, ALREADY_SUBSCRIBED, BAD_REQUEST -> CloseCode.BAD_REQUEST;
        };
    }

    /// How a connection ends instead of an error, or of a word that asks the client to subscribe again; null
    /// for other words.
    static @Nullable CloseCode ending(Reply reply) {
        if (reply instanceof Reply.Failure failure) {
            return ending(failure.error());
        }
        if (reply instanceof Push push && push.body() instanceof Push.Unsubscribe unsubscribe) {
            if (unsubscribe.code() == UnsubscribeCode.EXPIRED.code()) {
                return CloseCode.SUBSCRIPTION_EXPIRED;
            }
            return unsubscribe.code() >= UnsubscribeCode.INSUFFICIENT_STATE.code()
                    ? CloseCode.INSUFFICIENT_STATE
                    : null;
        }
        return null;
    }
}
