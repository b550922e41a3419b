package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.ConnectionClaims.ServerSubscription;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Namespace.Recovery;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What becomes of what has to wait: for a subscription to open, for a connection to come about.
class WaitingTest {

    private final SessionWorld world = new SessionWorld()
            .with(TestNamespace.named("cache").recovering(Recovery.CACHE).make());

    @Test
    void answersASubscribeBeforeTheServerEndsWhatIsStillOpening() {
        // Given
        var client = world.client(JsonCodec.INSTANCE).connect("anna");
        client.begin(Method.Subscribe.to("a"), Method.Subscribe.to("a"));

        // When
        boolean ended = client.session().unsubscribe(new Channel("a"));
        world.run();

        // Then: it was open, then it was not, and what waited begins anew
        assertThat(ended).isTrue();
        assertThat(kinds(client)).containsExactly("subscribed", "unsubscribed 2000", "subscribed");
        assertThat(client.session().channels()).containsExactly(new Channel("a"));
        world.publish("a", "1", Map.of());
        world.run();
        assertThat(client.data("a")).containsExactly("1");
    }

    @Test
    void tellsOfASubscriptionOfItsOwnBeforeItEndsIt() {
        var client = world.client(JsonCodec.INSTANCE).connect("anna");
        var options = new ServerSubscription(ByteString.EMPTY, ByteString.copyFromUtf8("{\"why\":1}"));
        client.session().subscribe(new Channel("a"), options);

        assertThat(client.session().unsubscribe(new Channel("a"))).isTrue();
        world.run();

        assertThat(kinds(client)).containsExactly("told {\"why\":1}", "unsubscribed 2000");
        assertThat(client.session().channels()).isEmpty();
        assertThat(world.listeners()).isZero();
    }

    @Test
    void carriesOutCommandsAboutAChannelAfterTheSubscribeBeforeThem() {
        world.closeToOthers();
        var client = world.client(JsonCodec.INSTANCE).connect("anna");

        long last = client.send(
                Method.Subscribe.to("a"),
                new Method.History("a", 10, null, false),
                new Method.Publish("a", ByteString.copyFromUtf8("1"), 0),
                new Method.History("b", 10, null, false));

        assertThat(client.failures(1, last - 1)).isEmpty();
        assertThat(client.failures(last, last)).containsExactly(103);
        assertThat(client.data("a")).containsExactly("1");
    }

    @Test
    void letsGoOfAClientForWhomTooMuchComesBeforeItIsConnected() {
        // Given: one channel that is open, and one that is not
        world.publish("cache:b", "1", Map.of());
        world.silent();
        var listener = world.client(JsonCodec.UNIDIRECTIONAL);
        var elsewhere = Method.Subscribe.to("cache:b").recovering(new StreamPosition(1, "another"));
        var subs = Map.of("a", Method.Subscribe.to("a"), "cache:b", elsewhere);
        listener.send(new Method.Connect("", ByteString.EMPTY, subs, "", "", Map.of(), 0, "", ""));
        assertThat(listener.frames()).isEmpty();

        // When
        for (int n = 0; n < 20; n++) {
            world.publish("a", "\"" + "x".repeat(60_000) + "\"", Map.of());
        }
        world.run();

        // Then
        assertThat(listener.closed()).isEqualTo(CloseCode.SLOW);
        assertThat(world.listeners()).isZero();
    }

    @Test
    void letsGoOfAClientThatHasTooMuchWait() {
        var client = world.client(JsonCodec.INSTANCE).connect("anna");
        var large = new Method.Publish("a", ByteString.copyFromUtf8("\"" + "x".repeat(60_000) + "\""), 0);

        client.begin(Method.Subscribe.to("a"));
        for (int n = 0; n < 20; n++) {
            client.begin(large);
        }

        assertThat(client.closed()).isEqualTo(CloseCode.TOO_MANY_REQUESTS);
    }

    private static List<String> kinds(ModelClient client) {
        return client.replies().stream()
                .map(reply -> switch (reply) {
                    case Reply.Success success when success.result() instanceof Result.Subscribe -> "subscribed";
                    case Push push when push.body() instanceof Push.Unsubscribe end -> "unsubscribed " + end.code();
                    case Push push
                    when push.body() instanceof Push.Subscribe begun ->
                        "told " + begun.data().toStringUtf8();
                    default -> "";
                })
                .filter(kind -> !kind.isEmpty())
                .toList();
    }
}
