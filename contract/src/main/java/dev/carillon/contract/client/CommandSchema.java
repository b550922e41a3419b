package dev.carillon.contract.client;

import static dev.carillon.contract.client.Field.flag;
import static dev.carillon.contract.client.Field.int32;
import static dev.carillon.contract.client.Field.int64;
import static dev.carillon.contract.client.Field.messageMap;
import static dev.carillon.contract.client.Field.one;
import static dev.carillon.contract.client.Field.raw;
import static dev.carillon.contract.client.Field.text;
import static dev.carillon.contract.client.Field.textMap;
import static dev.carillon.contract.client.Field.uint32;
import static dev.carillon.contract.client.Field.uint64;

/// The wire form of what clients send.
final class CommandSchema {
    private static final Message<Method.Subscribe> SUBSCRIBE = Message.<Method.Subscribe>of(
            v -> new Method.Subscribe(
                    v.text(1),
                    v.text(2),
                    v.flag(3),
                    new StreamPosition(v.whole(7), v.text(6)),
                    v.raw(8),
                    v.flag(9),
                    v.flag(10),
                    v.flag(11),
                    v.text(12),
                    v.one(13, FilterNode.class),
                    v.whole(14),
                    v.integer(15)),
            text(1, "channel", Method.Subscribe::channel),
            text(2, "token", Method.Subscribe::token),
            flag(3, "recover", Method.Subscribe::recover),
            text(6, "epoch", s -> s.since().epoch()),
            uint64(7, "offset", s -> s.since().offset()),
            raw(8, "data", Method.Subscribe::data),
            flag(9, "positioned", Method.Subscribe::positioned),
            flag(10, "recoverable", Method.Subscribe::recoverable),
            flag(11, "join_leave", Method.Subscribe::joinLeave),
            text(12, "delta", Method.Subscribe::delta),
            one(13, "tf", Method.Subscribe::filter, SharedSchema.FILTER),
            int64(14, "flag", Method.Subscribe::flag),
            int32(15, "type", Method.Subscribe::type));

    static final Message<Method.Connect> CONNECT = Message.<Method.Connect>of(
            v -> new Method.Connect(
                    v.text(1),
                    v.raw(2),
                    v.map(3, Method.Subscribe.class),
                    v.text(4),
                    v.text(5),
                    v.map(6, String.class),
                    v.whole(7),
                    v.text(9),
                    v.text(8)),
            text(1, "token", Method.Connect::token),
            raw(2, "data", Method.Connect::data),
            messageMap(3, "subs", Method.Connect::subs, SUBSCRIBE),
            text(4, "name", Method.Connect::name),
            text(5, "version", Method.Connect::version),
            textMap(6, "headers", Method.Connect::headers),
            int64(7, "flag", Method.Connect::flag),
            text(8, "dict", Method.Connect::dict),
            text(9, "profile", Method.Connect::profile));

    private static final Message<Method.Unsubscribe> UNSUBSCRIBE = Message.<Method.Unsubscribe>of(
            v -> new Method.Unsubscribe(v.text(1)), text(1, "channel", Method.Unsubscribe::channel));

    private static final Message<Method.Publish> PUBLISH = Message.<Method.Publish>of(
            v -> new Method.Publish(v.text(1), v.raw(2), v.integer(3)),
            text(1, "channel", Method.Publish::channel),
            raw(2, "data", Method.Publish::data),
            int32(3, "type", Method.Publish::type));

    private static final Message<Method.Presence> PRESENCE = Message.<Method.Presence>of(
            v -> new Method.Presence(v.text(1)), text(1, "channel", Method.Presence::channel));

    private static final Message<Method.PresenceStats> PRESENCE_STATS = Message.<Method.PresenceStats>of(
            v -> new Method.PresenceStats(v.text(1)), text(1, "channel", Method.PresenceStats::channel));

    private static final Message<Method.History> HISTORY = Message.<Method.History>of(
            v -> new Method.History(v.text(1), v.integer(7), v.one(8, StreamPosition.class), v.flag(9)),
            text(1, "channel", Method.History::channel),
            int32(7, "limit", Method.History::limit),
            one(8, "since", Method.History::since, SharedSchema.POSITION),
            flag(9, "reverse", Method.History::reverse));

    private static final Message<Method.Ping> PING = Message.<Method.Ping>of(_ -> new Method.Ping());

    private static final Message<Method.Send> SEND =
            Message.<Method.Send>of(v -> new Method.Send(v.raw(1)), raw(1, "data", Method.Send::data));

    private static final Message<Method.Rpc> RPC = Message.<Method.Rpc>of(
            v -> new Method.Rpc(v.text(2), v.raw(1)),
            raw(1, "data", Method.Rpc::data),
            text(2, "method", Method.Rpc::method));

    private static final Message<Method.Refresh> REFRESH =
            Message.<Method.Refresh>of(v -> new Method.Refresh(v.text(1)), text(1, "token", Method.Refresh::token));

    private static final Message<Method.SubRefresh> SUB_REFRESH = Message.<Method.SubRefresh>of(
            v -> new Method.SubRefresh(v.text(1), v.text(2), v.integer(3)),
            text(1, "channel", Method.SubRefresh::channel),
            text(2, "token", Method.SubRefresh::token),
            int32(3, "type", Method.SubRefresh::type));

    static final Message<Command> COMMAND = Message.<Command>of(
            CommandSchema::command,
            uint32(1, "id", Command::id),
            method(4, "connect", Method.Connect.class, CONNECT),
            method(5, "subscribe", Method.Subscribe.class, SUBSCRIBE),
            method(6, "unsubscribe", Method.Unsubscribe.class, UNSUBSCRIBE),
            method(7, "publish", Method.Publish.class, PUBLISH),
            method(8, "presence", Method.Presence.class, PRESENCE),
            method(9, "presence_stats", Method.PresenceStats.class, PRESENCE_STATS),
            method(10, "history", Method.History.class, HISTORY),
            method(11, "ping", Method.Ping.class, PING),
            method(12, "send", Method.Send.class, SEND),
            method(13, "rpc", Method.Rpc.class, RPC),
            method(14, "refresh", Method.Refresh.class, REFRESH),
            method(15, "sub_refresh", Method.SubRefresh.class, SUB_REFRESH));

    private CommandSchema() {}

    private static <M extends Method> Field<Command> method(
            int number, String name, Class<M> type, Message<M> message) {
        return one(number, name, c -> type.isInstance(c.method()) ? type.cast(c.method()) : null, message);
    }

    /// An empty command is a pong; one that only says what we do not know is not.
    private static Command command(Values values) {
        if (values.repeated()) {
            throw new MalformedFrameException("a command that says something twice");
        }
        var method = values.alternative(4, 15, Method.class);
        if (method != null) {
            return new Command(values.whole(1), method);
        }
        if (values.unknown() || values.whole(1) != 0) {
            throw new MalformedFrameException("a command without a method that we know");
        }
        return Command.pong();
    }
}
