package dev.carillon.testkit.conformance;

import static dev.carillon.testkit.conformance.Talker.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.StreamPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Clients that only listen: they say once what they want, and whatever they cannot be told ends the
/// connection.
final class Listening {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Listening() {}

    static Stream<Scenario> scenarios() {
        return Stream.of(malformed(), endings(), results()).flatMap(Function.identity());
    }

    private static Stream<Scenario> malformed() {
        return Stream.of(
                text("half an object", "{"),
                text("an array", "[]"),
                text("a number", "7"),
                text("no JSON at all", "listen please"),
                text("a token that is no text", "{\"token\":1}"),
                text("a channel without a name", "{\"subs\":{\"\":{}}}"),
                text("a channel beyond ASCII", "{\"subs\":{\"\u00e4\":{}}}"),
                text("a negative offset", "{\"subs\":{\"a\":{\"recover\":true,\"offset\":-1}}}"),
                text("a request nested too deeply", "{\"data\":" + "[".repeat(600) + "]".repeat(600) + "}"));
    }

    private static Stream<Scenario> endings() {
        return Stream.of(
                ends(
                        "a token that is not ours",
                        3500,
                        stage -> Method.Connect.EMPTY.withToken(TokenMint.connection("anna", null) + "x")),
                ends(
                        "a token of yesterday",
                        3005,
                        stage -> Method.Connect.EMPTY.withToken(TokenMint.connection("anna", Instant.EPOCH))),
                ends(
                        "too many channels",
                        3505,
                        stage -> asking(IntStream.rangeClosed(0, Races.MAX_CHANNELS)
                                .mapToObj(n -> "c" + n)
                                .toArray(String[]::new))),
                ends(
                        "a channel that needs another token",
                        3500,
                        stage -> wishing(
                                stage.channel("a"),
                                Method.Subscribe.to("").withToken(TokenMint.subscription("", "other", null)))),
                new Scenario("a request that is too large ends the connection", stage -> {
                    var client = stage.open();
                    client.line().send(ByteString.copyFromUtf8("{\"token\":\"" + "x".repeat(70_000) + "\"}"));
                    assertThat(client.closed()).isEqualTo(stage.transport().tooLarge());
                }),
                new Scenario("a slow listener is let go", Listening::slow),
                new Scenario("the application ends a listener's connection", stage -> {
                    var name = stage.channel("ida");
                    var client = stage.open();
                    client.listen(Method.Connect.EMPTY.withToken(TokenMint.connection(name, null)));
                    stage.http().post("/v1/connections:disconnect", "{\"user\":\"" + name + "\",\"code\":4321}");
                    assertThat(client.closed()).isEqualTo(4321);
                }));
    }

    static Stream<Scenario> results() {
        return Stream.of(
                new Scenario("the first word says who and how", stage -> {
                    var connect = stage.open().listen(Method.Connect.EMPTY);
                    assertThat(connect.client()).isNotEmpty();
                    assertThat(connect.node()).isNotEmpty();
                    assertThat(connect.ping()).isPositive();
                    assertThat(connect.pong()).isFalse();
                }),
                new Scenario("a listener hears all of its channels in order", Listening::hears),
                new Scenario("a listener that comes back gets exactly what it missed", Listening::recovers),
                new Scenario("a listener that comes from another log is told so", stage -> {
                    var channel = stage.channel("lost");
                    var wish = Method.Subscribe.to("").recovering(new StreamPosition(7, "another"));
                    var connect = stage.open().listen(wishing(channel, wish));
                    assertThat(connect.subs().get(channel))
                            .satisfies(sub -> assertThat(sub.recovered()).isFalse());
                }),
                new Scenario("a listener's token brings channels", stage -> {
                    var channel = stage.channel("brought");
                    var client = stage.open();
                    var token = TokenMint.bringing("anna", List.of(channel));
                    assertThat(client.listen(Method.Connect.EMPTY.withToken(token))
                                    .subs())
                            .containsOnlyKeys(channel);
                    stage.http().publish(channel, "1");
                    assertThat(texts(client.awaitPublications(channel, 1))).containsExactly("1");
                }));
    }

    private static void hears(Stage stage) {
        var channels = List.of(stage.channel("a"), stage.channel("b"));
        var client = stage.open();
        assertThat(client.listen(asking(channels.toArray(String[]::new))).subs())
                .containsOnlyKeys(channels);
        for (int n = 0; n < 20; n++) {
            stage.http().publish(channels.get(n % 2), Integer.toString(n));
        }
        for (int at = 0; at < 2; at++) {
            var expected = IntStream.iterate(at, n -> n < 20, n -> n + 2)
                    .mapToObj(Integer::toString)
                    .toList();
            var heard = client.awaitPublications(channels.get(at), 10);
            assertThat(texts(heard)).isEqualTo(expected);
            assertThat(heard).extracting(Publication::offset).isSorted().doesNotHaveDuplicates();
        }
    }

    private static void recovers(Stage stage) {
        var channel = stage.channel("away");
        var first = stage.open();
        var connect = first.listen(asking(channel));
        var epoch = connect.subs().values().iterator().next().position().epoch();
        stage.http().publish(channel, "1");
        long offset = first.awaitPublications(channel, 1).getFirst().offset();
        first.close();
        stage.http().publish(channel, "2");
        stage.http().publish(channel, "3");
        var second = stage.open();
        var since = new StreamPosition(offset, epoch);
        var sub = second.listen(wishing(channel, Method.Subscribe.to("").recovering(since)))
                .subs()
                .values()
                .iterator()
                .next();
        stage.http().publish(channel, "4");
        assertThat(sub.recovered()).isTrue();
        second.awaitPublications(channel, 3 - sub.publications().size());
        var all = new ArrayList<>(texts(sub.publications()));
        all.addAll(texts(second.publications(channel)));
        assertThat(all).containsExactly("2", "3", "4");
    }

    private static void slow(Stage stage) {
        var channel = stage.channel("flood");
        double before = stage.http().counted("connections_closed", "code=\"slow\"");
        var slow = stage.open();
        var quick = stage.open();
        slow.listen(asking(channel));
        quick.listen(asking(channel));
        slow.line().reading(false);
        var data = "\"" + "x".repeat(900_000) + "\"";
        int count = 24; // more than the outbox and the system's buffers hold
        for (int n = 1; n <= count; n++) {
            stage.http().publish(channel, data);
            quick.awaitPublications(channel, n);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(stage.http().counted("connections_closed", "code=\"slow\""))
                        .isEqualTo(before + 1));
        slow.line().reading(true);
        assertThat(slow.closed())
                .isIn(
                        stage.transport() == ListenerTransport.UNI_WEBSOCKET
                                ? List.of(3008)
                                : List.of(3008, Transport.CUT));
        assertThat(quick.isOpen()).isTrue();
    }

    private static Scenario text(String name, String request) {
        return new Scenario(name + " ends the connection", stage -> {
            var client = stage.open();
            client.line().send(ByteString.copyFromUtf8(request));
            assertThat(client.closed()).isEqualTo(3501);
        });
    }

    private static Scenario ends(String name, int code, Function<Stage, Method.Connect> request) {
        return new Scenario(name + " ends a listener's connection", stage -> {
            var client = stage.open();
            client.ask(request.apply(stage));
            assertThat(client.closed()).isEqualTo(code);
        });
    }

    static Method.Connect asking(String... channels) {
        return Method.Connect.EMPTY.withSubs(
                Arrays.stream(channels).collect(Collectors.toMap(Function.identity(), _ -> Method.Subscribe.to(""))));
    }

    private static Method.Connect wishing(String channel, Method.Subscribe wish) {
        return Method.Connect.EMPTY.withSubs(Map.of(channel, wish));
    }
}
