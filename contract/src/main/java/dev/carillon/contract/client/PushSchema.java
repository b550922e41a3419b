package dev.carillon.contract.client;

import static dev.carillon.contract.client.Field.code;
import static dev.carillon.contract.client.Field.flag;
import static dev.carillon.contract.client.Field.int64;
import static dev.carillon.contract.client.Field.messageMap;
import static dev.carillon.contract.client.Field.one;
import static dev.carillon.contract.client.Field.raw;
import static dev.carillon.contract.client.Field.text;
import static dev.carillon.contract.client.Field.uint32;
import static dev.carillon.contract.client.Field.uint64;

/// The wire form of what servers send unasked.
final class PushSchema {
    private static final Message<Push.Join> JOIN = Message.<Push.Join>of(
            v -> new Push.Join(v.one(1, ClientInfo.class)), one(1, "info", Push.Join::info, SharedSchema.CLIENT_INFO));

    private static final Message<Push.Leave> LEAVE = Message.<Push.Leave>of(
            v -> new Push.Leave(v.one(1, ClientInfo.class)),
            one(1, "info", Push.Leave::info, SharedSchema.CLIENT_INFO));

    private static final Message<Push.Unsubscribe> UNSUBSCRIBE = Message.<Push.Unsubscribe>of(
            v -> new Push.Unsubscribe(v.integer(2), v.text(3)),
            code(2, "code", Push.Unsubscribe::code),
            text(3, "reason", Push.Unsubscribe::reason));

    private static final Message<Push.Message> MESSAGE =
            Message.<Push.Message>of(v -> new Push.Message(v.raw(1)), raw(1, "data", Push.Message::data));

    private static final Message<Push.Subscribe> SUBSCRIBE = Message.<Push.Subscribe>of(
            v -> new Push.Subscribe(v.flag(1), v.flag(6), new StreamPosition(v.whole(5), v.text(4)), v.raw(7)),
            flag(1, "recoverable", Push.Subscribe::recoverable),
            text(4, "epoch", s -> s.position().epoch()),
            uint64(5, "offset", s -> s.position().offset()),
            flag(6, "positioned", Push.Subscribe::positioned),
            raw(7, "data", Push.Subscribe::data));

    private static final Message<Push.Connect> CONNECT = Message.<Push.Connect>of(
            v -> new Push.Connect(
                    v.text(1),
                    v.text(2),
                    new Expiry(v.flag(5), v.whole(6)),
                    v.raw(3),
                    v.map(4, Result.Subscribe.class),
                    v.whole(7),
                    v.flag(8),
                    v.text(9),
                    v.text(10),
                    v.whole(11)),
            text(1, "client", Push.Connect::client),
            text(2, "version", Push.Connect::version),
            raw(3, "data", Push.Connect::data),
            messageMap(4, "subs", Push.Connect::subs, SharedSchema.SUBSCRIPTION),
            flag(5, "expires", c -> c.expiry().expires()),
            uint32(6, "ttl", c -> c.expiry().ttl()),
            uint32(7, "ping", Push.Connect::ping),
            flag(8, "pong", Push.Connect::pong),
            text(9, "session", Push.Connect::session),
            text(10, "node", Push.Connect::node),
            int64(11, "time", Push.Connect::time));

    private static final Message<Push.Disconnect> DISCONNECT = Message.<Push.Disconnect>of(
            v -> new Push.Disconnect(v.integer(1), v.text(2), v.flag(3)),
            code(1, "code", Push.Disconnect::code),
            text(2, "reason", Push.Disconnect::reason),
            flag(3, "reconnect", Push.Disconnect::reconnect));

    private static final Message<Push.Refresh> REFRESH = Message.<Push.Refresh>of(
            v -> new Push.Refresh(new Expiry(v.flag(1), v.whole(2))),
            flag(1, "expires", r -> r.expiry().expires()),
            uint32(2, "ttl", r -> r.expiry().ttl()));

    static final Message<Push> PUSH = Message.<Push>of(
            PushSchema::push,
            int64(1, "id", Push::id),
            text(2, "channel", Push::channel),
            one(
                    4,
                    "pub",
                    p -> p.body() instanceof Push.Pub(var publication) ? publication : null,
                    SharedSchema.PUBLICATION),
            body(5, "join", Push.Join.class, JOIN),
            body(6, "leave", Push.Leave.class, LEAVE),
            body(7, "unsubscribe", Push.Unsubscribe.class, UNSUBSCRIBE),
            body(8, "message", Push.Message.class, MESSAGE),
            body(9, "subscribe", Push.Subscribe.class, SUBSCRIBE),
            body(10, "connect", Push.Connect.class, CONNECT),
            body(11, "disconnect", Push.Disconnect.class, DISCONNECT),
            body(12, "refresh", Push.Refresh.class, REFRESH));

    private PushSchema() {}

    private static <B extends Push.Body> Field<Push> body(int number, String name, Class<B> type, Message<B> message) {
        return one(number, name, p -> type.isInstance(p.body()) ? type.cast(p.body()) : null, message);
    }

    private static Push push(Values values) {
        if (values.repeated()) {
            throw new MalformedFrameException("a push that says something twice");
        }
        return new Push(
                values.whole(1),
                values.text(2),
                switch (values.alternative(4, 12, Object.class)) {
                    case Push.Body body -> body;
                    case Publication publication -> new Push.Pub(publication);
                    case null, default -> throw new MalformedFrameException("a push that says nothing we know");
                });
    }
}
