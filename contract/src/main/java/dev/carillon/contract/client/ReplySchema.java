package dev.carillon.contract.client;

import static dev.carillon.contract.client.Field.flag;
import static dev.carillon.contract.client.Field.int64;
import static dev.carillon.contract.client.Field.many;
import static dev.carillon.contract.client.Field.messageMap;
import static dev.carillon.contract.client.Field.one;
import static dev.carillon.contract.client.Field.raw;
import static dev.carillon.contract.client.Field.text;
import static dev.carillon.contract.client.Field.uint32;

import org.jspecify.annotations.Nullable;

/// The wire form of what servers send.
final class ReplySchema {
    private static final Message<Result.Connect> CONNECT = Message.<Result.Connect>of(
            v -> new Result.Connect(
                    v.text(1),
                    v.text(2),
                    new Expiry(v.flag(3), v.whole(4)),
                    v.raw(5),
                    v.map(6, Result.Subscribe.class),
                    v.whole(7),
                    v.flag(8),
                    v.text(9),
                    v.text(10),
                    v.whole(11),
                    v.whole(12),
                    v.one(13, Dictionary.class)),
            text(1, "client", Result.Connect::client),
            text(2, "version", Result.Connect::version),
            flag(3, "expires", c -> c.expiry().expires()),
            uint32(4, "ttl", c -> c.expiry().ttl()),
            raw(5, "data", Result.Connect::data),
            messageMap(6, "subs", Result.Connect::subs, SharedSchema.SUBSCRIPTION),
            uint32(7, "ping", Result.Connect::ping),
            flag(8, "pong", Result.Connect::pong),
            text(9, "session", Result.Connect::session),
            text(10, "node", Result.Connect::node),
            int64(11, "time", Result.Connect::time),
            int64(12, "flag", Result.Connect::flag),
            one(13, "dict", Result.Connect::dict, SharedSchema.DICTIONARY));

    private static final Message<Result.Unsubscribe> UNSUBSCRIBE =
            Message.<Result.Unsubscribe>of(_ -> new Result.Unsubscribe());

    private static final Message<Result.Publish> PUBLISH = Message.<Result.Publish>of(_ -> new Result.Publish());

    private static final Message<Result.Presence> PRESENCE = Message.<Result.Presence>of(
            v -> new Result.Presence(v.map(1, ClientInfo.class)),
            messageMap(1, "presence", Result.Presence::presence, SharedSchema.CLIENT_INFO)
                    .shownAlways());

    private static final Message<Result.PresenceStats> PRESENCE_STATS = Message.<Result.PresenceStats>of(
            v -> new Result.PresenceStats(v.whole(1), v.whole(2)),
            uint32(1, "num_clients", Result.PresenceStats::numClients).shownAlways(),
            uint32(2, "num_users", Result.PresenceStats::numUsers).shownAlways());

    private static final Message<Result.History> HISTORY = Message.<Result.History>of(
            v -> new Result.History(v.list(1, Publication.class), new StreamPosition(v.whole(3), v.text(2))),
            many(1, "publications", Result.History::publications, () -> SharedSchema.PUBLICATION)
                    .shownAlways(),
            Field.<Result.History>text(2, "epoch", h -> h.position().epoch()).shownAlways(),
            Field.<Result.History>uint64(3, "offset", h -> h.position().offset())
                    .shownAlways());

    private static final Message<Result.Ping> PING = Message.<Result.Ping>of(_ -> new Result.Ping());

    private static final Message<Result.Rpc> RPC =
            Message.<Result.Rpc>of(v -> new Result.Rpc(v.raw(1)), raw(1, "data", Result.Rpc::data));

    private static final Message<Result.Refresh> REFRESH = Message.<Result.Refresh>of(
            v -> new Result.Refresh(v.text(1), v.text(2), new Expiry(v.flag(3), v.whole(4))),
            text(1, "client", Result.Refresh::client),
            text(2, "version", Result.Refresh::version),
            flag(3, "expires", r -> r.expiry().expires()),
            uint32(4, "ttl", r -> r.expiry().ttl()));

    private static final Message<Result.SubRefresh> SUB_REFRESH = Message.<Result.SubRefresh>of(
            v -> new Result.SubRefresh(new Expiry(v.flag(1), v.whole(2))),
            flag(1, "expires", r -> r.expiry().expires()),
            uint32(2, "ttl", r -> r.expiry().ttl()));

    static final Message<Reply> REPLY = Message.<Reply>of(
            ReplySchema::reply,
            uint32(1, "id", ReplySchema::id),
            one(2, "error", r -> r instanceof Reply.Failure failure ? failure.error() : null, SharedSchema.ERROR),
            one(4, "push", r -> r instanceof Push push ? push : null, PushSchema.PUSH),
            result(5, "connect", Result.Connect.class, CONNECT),
            result(6, "subscribe", Result.Subscribe.class, SharedSchema.SUBSCRIPTION),
            result(7, "unsubscribe", Result.Unsubscribe.class, UNSUBSCRIBE),
            result(8, "publish", Result.Publish.class, PUBLISH),
            result(9, "presence", Result.Presence.class, PRESENCE),
            result(10, "presence_stats", Result.PresenceStats.class, PRESENCE_STATS),
            result(11, "history", Result.History.class, HISTORY),
            result(12, "ping", Result.Ping.class, PING),
            result(13, "rpc", Result.Rpc.class, RPC),
            result(14, "refresh", Result.Refresh.class, REFRESH),
            result(15, "sub_refresh", Result.SubRefresh.class, SUB_REFRESH));

    private ReplySchema() {}

    private static <R extends Result> Field<Reply> result(int number, String name, Class<R> type, Message<R> message) {
        return one(number, name, reply -> resultOf(reply, type), message);
    }

    private static <R extends Result> @Nullable R resultOf(Reply reply, Class<R> type) {
        return reply instanceof Reply.Success success && type.isInstance(success.result())
                ? type.cast(success.result())
                : null;
    }

    private static long id(Reply reply) {
        return switch (reply) {
            case Reply.Success success -> success.id();
            case Reply.Failure failure -> failure.id();
            case Reply.Ping _, Push _ -> 0;
        };
    }

    /// An empty reply is a ping; one that only says what we do not know is not.
    private static Reply reply(Values values) {
        if (values.repeated()) {
            throw new MalformedFrameException("a reply that says something twice");
        }
        long id = values.whole(1);
        var said = values.alternative(2, 15, Object.class);
        if (said == null && id == 0 && !values.unknown()) {
            return new Reply.Ping();
        }
        return switch (said) {
            case Result result -> new Reply.Success(id, result);
            case ReplyError error -> new Reply.Failure(id, error);
            case Push push when id == 0 -> push;
            case null, default -> throw new MalformedFrameException("a reply that says nothing we know");
        };
    }
}
