package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What happens to a client that takes too much, and to the one beside it.
class RatesTest {

    private final SessionWorld world = new SessionWorld(Map.of(
            "carillon.connection.client-commands-per-second", "2",
            "carillon.connection.client-publishes-per-second", "1",
            "carillon.connection.client-bytes-per-second", "400",
            "carillon.connection.client-errors-per-second", "2",
            "carillon.connection.max-user-connections", "2"));
    private final ModelClient neighbour = world.client(JsonCodec.INSTANCE).connect("anna");
    private final ModelClient attacker = world.client(JsonCodec.INSTANCE).connect("eve");

    @Test
    void refusesCommandsThatComeTooFastAndThenLetsTheClientGo() {
        // Given: ten of them may come at once
        long last = attacker.send(frame(10, new Method.Unsubscribe("a")));
        assertThat(attacker.failures(1, last)).isEmpty();

        // When
        long refused = attacker.send(frame(3, new Method.Unsubscribe("a")));

        // Then
        assertThat(attacker.failures(last + 1, refused)).containsOnly(111).hasSizeGreaterThanOrEqualTo(2);
        assertThat(attacker.closed()).isNull();
        attacker.send(frame(12, new Method.Unsubscribe("a")));
        assertThat(attacker.closed()).isEqualTo(CloseCode.TOO_MANY_REQUESTS);
        neighbourIsFine();
    }

    @Test
    void refusesPublishesThatComeTooFast() {
        var publish = new Method.Publish("a", ByteString.copyFromUtf8("1"), 0);

        long last = attacker.send(frame(7, publish));

        assertThat(attacker.failures(1, last)).containsOnly(111).hasSizeBetween(1, 2);
        neighbourIsFine();
    }

    @Test
    void refusesPublishesThatComeTooFastForTheirNamespace() {
        var slow = new SessionWorld()
                .with(Namespace.DEFAULT.withName("slow").withRates(new Namespace.Rates(1)))
                .with(Namespace.DEFAULT.withName("other"));
        var client = slow.client(JsonCodec.INSTANCE).connect("eve");
        var beside = slow.client(JsonCodec.INSTANCE).connect("anna");

        long last = client.send(frame(7, publish("slow:a")));
        long free = client.send(frame(7, publish("other:a")));

        assertThat(client.failures(1, last)).containsOnly(111).hasSizeBetween(1, 2);
        assertThat(client.failures(last + 1, free)).isEmpty();
        assertThat(beside.failures(1, beside.send(frame(5, publish("slow:a"))))).isEmpty();
        assertThat(client.closed()).isNull();
    }

    @Test
    void letsAClientGoThatDoesNotMindTheRateOfANamespace() {
        var slow = new SessionWorld(Map.of("carillon.connection.client-errors-per-second", "2"))
                .with(Namespace.DEFAULT.withName("slow").withRates(new Namespace.Rates(1)));
        var client = slow.client(JsonCodec.INSTANCE).connect("eve");

        for (int n = 0; n < 10 && client.closed() == null; n++) {
            client.send(frame(5, publish("slow:a")));
        }

        assertThat(client.closed()).isEqualTo(CloseCode.TOO_MANY_REQUESTS);
    }

    private static Method publish(String channel) {
        return new Method.Publish(channel, ByteString.copyFromUtf8("1"), 0);
    }

    @Test
    void refusesBytesThatComeTooFast() {
        // A frame of 2,100 bytes is more than five seconds' worth.
        long last = attacker.send(frame(21, new Method.Unsubscribe("a")));

        assertThat(attacker.failures(1, last)).contains(111);
        neighbourIsFine();
    }

    @Test
    void letsAClientGoThatOnlyMakesErrors() {
        for (int n = 0; n < 40 && attacker.closed() == null; n++) {
            attacker.send(new Method.Ping());
        }

        assertThat(attacker.closed()).isIn(CloseCode.TOO_MANY_ERRORS, CloseCode.TOO_MANY_REQUESTS);
        neighbourIsFine();
    }

    @Test
    void hasAMostOfConnectionsPerUser() {
        var second = world.client(JsonCodec.INSTANCE).connect("eve");
        var third = world.client(JsonCodec.INSTANCE);

        third.send(Method.Connect.EMPTY.withToken("eve"));

        assertThat(third.closed()).isEqualTo(CloseCode.CONNECTION_LIMIT);
        second.leave();
        assertThat(world.client(JsonCodec.INSTANCE).connect("eve").closed()).isNull();
        for (int n = 0; n < 5; n++) {
            assertThat(world.client(JsonCodec.INSTANCE).connect("").closed())
                    .as("nobody in particular")
                    .isNull();
        }
        neighbourIsFine();
    }

    private void neighbourIsFine() {
        neighbour.call(Method.Subscribe.to("news"));
        world.publish("news", "1", Map.of());
        world.run();
        assertThat(neighbour.data("news")).containsExactly("1");
    }

    private static Method[] frame(int count, Method method) {
        return Collections.nCopies(count, method).toArray(Method[]::new);
    }
}
