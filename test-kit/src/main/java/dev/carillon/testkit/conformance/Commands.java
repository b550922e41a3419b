package dev.carillon.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.FilterNode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Commands one by one: what each comes to, and with which code it is refused.
final class Commands {

    /// The namespace with small events, see [Pack#SETTINGS].
    static final String SMALL = "small";

    private static final ByteString DATA = ByteString.copyFromUtf8("{\"n\":1}");
    private static final StreamPosition ELSEWHERE = new StreamPosition(7, "another");

    private Commands() {}

    static Stream<Scenario> scenarios() {
        return Stream.of(refusals(), endings(), results()).flatMap(Function.identity());
    }

    private static Stream<Scenario> refusals() {
        return Stream.of(
                refused("subscribing to nothing", 107, _ -> Method.Subscribe.to("")),
                refused("subscribing beyond ASCII", 107, _ -> Method.Subscribe.to("bell\u00e9")),
                refused("subscribing with a tab", 107, _ -> Method.Subscribe.to("bell\ttower")),
                refused("subscribing to a name too long", 107, _ -> Method.Subscribe.to("x".repeat(256))),
                refused("subscribing to another kind", 108, s -> Asked.of(s.channel("a"))
                        .type(1)
                        .make()),
                refused("a filter that makes no sense", 107, s -> Asked.of(s.channel("a"))
                        .filter(FilterNode.leaf("", "eq", "x"))
                        .make()),
                refused("a filter that is too large", 107, s -> Asked.of(s.channel("a"))
                        .filter(FilterNode.inner("or", Collections.nCopies(200, FilterNode.leaf("a", "ex", ""))))
                        .make()),
                refused("a filter and patches at once", 107, s -> Asked.of(s.channel("a"))
                        .filter(FilterNode.leaf("a", "ex", ""))
                        .delta("fossil")
                        .make()),
                refused("recovering from elsewhere or not at all", 112, s -> Asked.of(s.channel("a"))
                        .flag(Method.Subscribe.REJECT_UNRECOVERED)
                        .make()
                        .recovering(ELSEWHERE)),
                refused("subscribing with rubbish for a token", 103, s -> Method.Subscribe.to(s.channel("a"))
                        .withToken("rubbish")),
                refused("subscribing with a token of yesterday", 109, s -> Method.Subscribe.to(s.channel("a"))
                        .withToken(TokenMint.subscription("", s.channel("a"), Instant.EPOCH))),
                refused("publishing to nothing", 107, _ -> new Method.Publish("", DATA, 0)),
                refused("publishing nothing", 107, s -> new Method.Publish(s.channel("a"), ByteString.EMPTY, 0)),
                refused("publishing another kind", 108, s -> new Method.Publish(s.channel("a"), DATA, 1)),
                refused("publishing what is ours", 103, _ -> new Method.Publish("carillon:a", DATA, 0)),
                refused(
                        "publishing too much",
                        106,
                        s -> new Method.Publish(
                                SMALL + ":" + s.channel("a"),
                                ByteString.copyFromUtf8("\"" + "x".repeat(40_000) + "\""),
                                0)),
                refused("the past of nothing", 107, _ -> new Method.History("", 10, null, false)),
                refused("the past since elsewhere", 112, s -> new Method.History(s.channel("a"), 10, ELSEWHERE, false)),
                refused("a ping as a command", 108, _ -> new Method.Ping()),
                refused("a call that nobody takes", 108, _ -> new Method.Rpc("ring", DATA)),
                refused(
                        "refreshing what is not subscribed",
                        107,
                        s -> new Method.SubRefresh(s.channel("a"), "token", 0)),
                refused("refreshing without a token", 107, _ -> new Method.Refresh("")),
                new Scenario("subscribing twice is refused", stage -> {
                    var client = stage.connected();
                    client.subscribe(stage.channel("a"));
                    assertThat(client.refused(Method.Subscribe.to(stage.channel("a"))))
                            .isEqualTo(105);
                    client.publish(stage.channel("a"), "1");
                    client.awaitPublications(stage.channel("a"), 1);
                }),
                new Scenario("refreshing a subscription of another kind is refused", stage -> {
                    var client = stage.connected();
                    client.subscribe(stage.channel("a"));
                    assertThat(client.refused(new Method.SubRefresh(stage.channel("a"), "token", 1)))
                            .isIn(107, 108);
                }),
                new Scenario("connecting with a token of yesterday is refused for good", stage -> {
                    var client = stage.open();
                    var token = TokenMint.connection("anna", Instant.EPOCH);
                    long last = client.send(Method.Connect.EMPTY.withToken(token), Method.Subscribe.to("a"));
                    assertThat(client.failure(last - 1)).isEqualTo(109);
                    assertThat(client.closed()).isEqualTo(3501);
                }));
    }

    private static Stream<Scenario> endings() {
        return Stream.of(
                new Scenario("a connection token that is not ours ends the connection", stage -> {
                    var client = stage.open();
                    client.send(Method.Connect.EMPTY.withToken(TokenMint.connection("anna", null) + "x"));
                    assertThat(client.closed()).isEqualTo(3500);
                }),
                new Scenario("a subscription token as connection token ends the connection", stage -> {
                    var client = stage.open();
                    client.send(Method.Connect.EMPTY.withToken(TokenMint.subscription("anna", "a", null)));
                    assertThat(client.closed()).isEqualTo(3500);
                }),
                new Scenario("a subscription token for another channel ends the connection", stage -> {
                    var client = stage.connected();
                    client.send(
                            Method.Subscribe.to("a").withToken(TokenMint.subscription("", stage.channel("b"), null)));
                    assertThat(client.closed()).isEqualTo(3500);
                }),
                new Scenario("a fresh token of somebody else ends the connection", stage -> {
                    var client = stage.open();
                    client.call(Method.Connect.EMPTY.withToken(TokenMint.connection("anna", null)));
                    client.send(new Method.Refresh(TokenMint.connection("bert", null)));
                    assertThat(client.closed()).isEqualTo(3500);
                }),
                new Scenario("a client that only makes errors is let go", stage -> {
                    var client = stage.connected();
                    var pings =
                            Collections.nCopies(900, (Method) new Method.Ping()).toArray(Method[]::new);
                    for (int n = 0; n < 2; n++) {
                        client.send(pings);
                    }
                    assertThat(client.closed()).isEqualTo(3509);
                }));
    }

    static Stream<Scenario> results() {
        return Stream.of(
                new Scenario("connecting tells who and how", stage -> {
                    var connected = (Result.Connect) stage.open().call(Method.Connect.EMPTY);
                    assertThat(connected.client()).isNotEmpty();
                    assertThat(connected.ping()).isPositive();
                    assertThat(connected.pong()).isTrue();
                    assertThat(connected.expiry().expires()).isFalse();
                }),
                new Scenario("a connection that expires says when and takes a fresh token", stage -> {
                    var client = stage.open();
                    var in10 = TokenMint.connection("anna", Instant.now().plusSeconds(600));
                    var connected = (Result.Connect) client.call(Method.Connect.EMPTY.withToken(in10));
                    assertThat(connected.expiry().ttl()).isBetween(500L, 600L);
                    var fresh = TokenMint.connection("anna", Instant.now().plusSeconds(6_000));
                    var refreshed = (Result.Refresh) client.call(new Method.Refresh(fresh));
                    assertThat(refreshed.expiry().ttl()).isBetween(5_500L, 6_000L);
                }),
                new Scenario("a subscription that expires says when and takes a fresh token", stage -> {
                    var client = stage.connected();
                    var channel = stage.channel("a");
                    var soon = TokenMint.subscription("", channel, Instant.now().plusSeconds(600));
                    var result = client.subscribe(Method.Subscribe.to(channel).withToken(soon));
                    assertThat(result.expiry().ttl()).isBetween(500L, 600L);
                    var later =
                            TokenMint.subscription("", channel, Instant.now().plusSeconds(6_000));
                    var refreshed = (Result.SubRefresh) client.call(new Method.SubRefresh(channel, later, 0));
                    assertThat(refreshed.expiry().ttl()).isBetween(5_500L, 6_000L);
                }),
                new Scenario("connect and subscribes of one frame are answered in order", stage -> {
                    var client = stage.open();
                    client.send(
                            Method.Connect.EMPTY,
                            Method.Subscribe.to(stage.channel("a")),
                            Method.Subscribe.to(stage.channel("b")));
                    client.success(2);
                    client.success(3);
                    assertThat(client.replies().getFirst()).isEqualTo(client.answer(1));
                }),
                new Scenario("the replies to one frame leave in few", stage -> {
                    var client = stage.connected();
                    int before = client.frames().size();
                    var subscribes = Collections.nCopies(200, (Method) new Method.Unsubscribe(stage.channel("a")))
                            .toArray(Method[]::new);
                    client.success(client.send(subscribes));
                    assertThat(client.frames().size() - before).isLessThan(20);
                }),
                new Scenario("unsubscribing from what is not subscribed is no fault", stage -> assertThat(
                                stage.connected().call(new Method.Unsubscribe(stage.channel("a"))))
                        .isEqualTo(new Result.Unsubscribe())),
                new Scenario("history gives pages, either way, or the position alone", Commands::history),
                new Scenario("an unknown kind of patch is not negotiated", stage -> {
                    var result = stage.connected()
                            .subscribe(
                                    Asked.of(stage.channel("a")).delta("xdelta").make());
                    assertThat(result.delta()).isFalse();
                }),
                new Scenario("a server without rpc goes on after being asked", stage -> {
                    var client = stage.connected();
                    assertThat(client.refused(new Method.Rpc("", ByteString.EMPTY)))
                            .isEqualTo(108);
                    client.subscribe(stage.channel("a"));
                }));
    }

    private static void history(Stage stage) {
        var client = stage.connected();
        var channel = stage.channel("past");
        IntStream.rangeClosed(1, 4).forEach(n -> client.publish(channel, Integer.toString(n)));
        var beginning = new StreamPosition(0, epoch(client, stage));
        client.recover(Method.Subscribe.to(channel).recovering(beginning), 4);
        var first = (Result.History) client.call(new Method.History(channel, 2, null, false));
        var last = first.publications().getLast().offset();
        var since = new StreamPosition(last, first.position().epoch());
        var second = (Result.History) client.call(new Method.History(channel, -1, since, false));
        var newest = (Result.History) client.call(new Method.History(channel, 1, null, true));
        var position = (Result.History) client.call(new Method.History(channel, 0, null, false));
        assertThat(Talker.texts(first.publications())).isEqualTo(List.of("1", "2"));
        assertThat(Talker.texts(second.publications())).isEqualTo(List.of("3", "4"));
        assertThat(Talker.texts(newest.publications())).isEqualTo(List.of("4"));
        assertThat(position.publications()).isEmpty();
        assertThat(position.position().offset())
                .isGreaterThanOrEqualTo(newest.publications().getFirst().offset());
    }

    private static String epoch(Talker client, Stage stage) {
        return client.subscribe(stage.channel("epoch")).position().epoch();
    }

    private static Scenario refused(String name, int code, Function<Stage, Method> method) {
        return new Scenario(name + " is refused and the connection goes on", stage -> {
            var client = stage.connected();
            assertThat(client.refused(method.apply(stage))).isEqualTo(code);
            client.subscribe(stage.channel("fine"));
        });
    }
}
