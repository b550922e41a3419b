package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One example of every kind of message, under the name of its golden files.
final class Examples {
    private static final ByteString DATA = ByteString.copyFromUtf8("{\"text\":\"h\u00e9llo\",\"list\":[1,2.5,null]}");
    private static final StreamPosition POSITION = new StreamPosition(42, "xyz");
    private static final ClientInfo CLIENT =
            new ClientInfo("u1", "c1", ByteString.copyFromUtf8("{\"name\":\"Ann\"}"), ByteString.copyFromUtf8("[7]"));
    private static final Publication FULL =
            new Publication(DATA, CLIENT, 41, ordered("b", "2", "a", "1"), true, 1_700_000_000_123L, "ns:one");
    private static final Publication PLAIN = Publication.of(ByteString.copyFromUtf8("42"), 42);
    private static final Result.Subscribe SUBSCRIBED =
            new Result.Subscribe(Expiry.in(60), true, true, POSITION, List.of(FULL, PLAIN), true, true, DATA, true, 9);
    private static final FilterNode FILTER = FilterNode.inner(
            "and",
            List.of(
                    FilterNode.leaf("kind", "eq", "order"),
                    new FilterNode("", "size", "in", "", List.of("s", "m"), List.of())));

    private Examples() {}

    static Map<String, Command> commands() {
        var examples = new LinkedHashMap<String, Command>();
        Method.Subscribe recovering = Method.Subscribe.to("").recovering(POSITION);
        examples.put("command-connect-minimal", new Command(1, Method.Connect.EMPTY));
        examples.put(
                "command-connect",
                new Command(
                        2,
                        new Method.Connect(
                                "token",
                                DATA,
                                Map.of("news", recovering),
                                "js",
                                "1.0",
                                Map.of("x-a", "b"),
                                1,
                                "p",
                                "d")));
        examples.put("command-subscribe-minimal", new Command(3, Method.Subscribe.to("ns:one")));
        examples.put(
                "command-subscribe",
                new Command(
                        4,
                        new Method.Subscribe(
                                "ns:one", "token", true, POSITION, DATA, true, true, true, "fossil", FILTER, 3, 1)));
        examples.put("command-unsubscribe", new Command(5, new Method.Unsubscribe("ns:one")));
        examples.put("command-publish", new Command(6, new Method.Publish("ns:one", DATA, 0)));
        examples.put("command-presence", new Command(7, new Method.Presence("ns:one")));
        examples.put("command-presence-stats", new Command(8, new Method.PresenceStats("ns:one")));
        examples.put("command-history", new Command(9, new Method.History("ns:one", -1, POSITION, true)));
        examples.put("command-ping", new Command(10, new Method.Ping()));
        examples.put("command-send", new Command(0, new Method.Send(DATA)));
        examples.put("command-rpc", new Command(Limits.UINT32, new Method.Rpc("sum", DATA)));
        examples.put("command-refresh", new Command(12, new Method.Refresh("token")));
        examples.put("command-sub-refresh", new Command(13, new Method.SubRefresh("ns:one", "token", 0)));
        examples.put("command-pong", Command.pong());
        return examples;
    }

    static Map<String, Reply> replies() {
        var examples = new LinkedHashMap<String, Reply>();
        examples.put("reply-error", ErrorCode.PERMISSION_DENIED.toReply(1));
        examples.put("reply-error-temporary", ErrorCode.INTERNAL.toReply(2));
        examples.put("reply-connect-minimal", new Reply.Success(3, Result.Connect.of("c1", "0.1")));
        examples.put(
                "reply-connect",
                new Reply.Success(
                        4,
                        new Result.Connect(
                                "c1",
                                "0.1",
                                Expiry.in(3600),
                                DATA,
                                Map.of("news", SUBSCRIBED),
                                25,
                                true,
                                "s3cret",
                                "node-1",
                                1_700_000_000_123L,
                                1,
                                new Dictionary("d1", ByteString.EMPTY, "AAEC"))));
        examples.put("reply-subscribe-minimal", new Reply.Success(5, Result.Subscribe.EMPTY));
        examples.put("reply-subscribe", new Reply.Success(6, SUBSCRIBED));
        examples.put(
                "reply-subscribe-unrecovered",
                new Reply.Success(7, Result.Subscribe.EMPTY.at(POSITION).notRecovered()));
        examples.put("reply-unsubscribe", new Reply.Success(8, new Result.Unsubscribe()));
        examples.put("reply-publish", new Reply.Success(9, new Result.Publish()));
        examples.put("reply-presence", new Reply.Success(10, new Result.Presence(Map.of("c1", CLIENT))));
        examples.put("reply-presence-empty", new Reply.Success(11, new Result.Presence(Map.of())));
        examples.put("reply-presence-stats", new Reply.Success(12, new Result.PresenceStats(3, 2)));
        examples.put("reply-presence-stats-empty", new Reply.Success(13, new Result.PresenceStats(0, 0)));
        examples.put("reply-history", new Reply.Success(14, new Result.History(List.of(FULL, PLAIN), POSITION)));
        examples.put("reply-history-empty", new Reply.Success(15, new Result.History(List.of(), StreamPosition.NONE)));
        examples.put("reply-ping", new Reply.Success(16, new Result.Ping()));
        examples.put("reply-rpc", new Reply.Success(17, new Result.Rpc(DATA)));
        examples.put("reply-refresh", new Reply.Success(18, new Result.Refresh("c1", "0.1", Expiry.in(60))));
        examples.put("reply-sub-refresh", new Reply.Success(19, new Result.SubRefresh(Expiry.in(60))));
        examples.put("ping", new Reply.Ping());
        pushes().forEach((name, push) -> examples.put(name, push));
        return examples;
    }

    private static Map<String, Push> pushes() {
        var examples = new LinkedHashMap<String, Push>();
        examples.put("push-pub-minimal", Push.to("ns:one", new Push.Pub(PLAIN)));
        examples.put("push-pub", new Push(9, "", new Push.Pub(FULL)));
        examples.put("push-join", Push.to("ns:one", new Push.Join(CLIENT)));
        examples.put("push-leave", Push.to("ns:one", new Push.Leave(ClientInfo.of("", "c1"))));
        examples.put("push-unsubscribe", UnsubscribeCode.INSUFFICIENT_STATE.toPush("ns:one"));
        examples.put("push-message", Push.of(new Push.Message(DATA)));
        examples.put("push-subscribe", Push.to("news", new Push.Subscribe(true, true, POSITION, DATA)));
        examples.put(
                "push-connect",
                Push.of(new Push.Connect(
                        "c1",
                        "0.1",
                        Expiry.in(3600),
                        DATA,
                        Map.of("news", Result.Subscribe.EMPTY.at(POSITION)),
                        25,
                        true,
                        "s3cret",
                        "node-1",
                        1_700_000_000_123L)));
        examples.put("push-disconnect", CloseCode.SHUTDOWN.toPush());
        examples.put("push-refresh", Push.of(new Push.Refresh(Expiry.in(60))));
        return examples;
    }

    private static Map<String, String> ordered(String... keysAndValues) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
