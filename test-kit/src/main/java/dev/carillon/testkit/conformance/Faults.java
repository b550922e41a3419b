package dev.carillon.testkit.conformance;

import static dev.carillon.testkit.conformance.Talker.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Channel;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.StreamPosition;
import java.util.stream.Stream;

/// What clients notice of what goes wrong behind the node: of an owner that loses or forgets.
final class Faults {

    private Faults() {}

    static Stream<Scenario> scenarios() {
        return Stream.of(
                new Scenario("what nobody remembers is not recovered in part", Faults::forgotten),
                new Scenario("a lost publication is fetched", Faults::fillsGaps),
                new Scenario("a subscription that lost something ends", Faults::tellsOfLoss));
    }

    /// The same for clients that only listen.
    static Stream<Scenario> listening() {
        return Stream.of(new Scenario("a listener that lost something is sent back", stage -> {
            var channel = stage.channel("broken");
            var client = stage.open();
            client.listen(Listening.asking(channel));
            stage.http().publish(channel, "1");
            client.awaitPublications(channel, 1);
            stage.owner().forgetNext(new Channel(channel));
            stage.http().publish(channel, "2");
            stage.http().publish(channel, "3");
            assertThat(client.closed()).isEqualTo(3010);
        }));
    }

    private static void forgotten(Stage stage) {
        var channel = stage.channel("forgotten");
        var publisher = stage.connected();
        var epoch = publisher.subscribe(stage.channel("other")).position().epoch();
        publisher.subscribe(channel);
        publisher.publish(channel, "1");
        publisher.publish(channel, "2");
        publisher.awaitPublications(channel, 2);
        stage.owner().forget(new Channel(channel));
        var since = new StreamPosition(0, epoch);
        var history = publisher.send(new Method.History(channel, 10, since, false));
        assertThat(publisher.failure(history)).isEqualTo(112);
    }

    private static void fillsGaps(Stage stage) {
        var channel = stage.channel("gap");
        var client = stage.connected();
        client.subscribe(channel);
        stage.owner().loseNext(new Channel(channel), 1);
        client.publish(channel, "1");
        client.publish(channel, "2");
        assertThat(texts(client.awaitPublications(channel, 2))).containsExactly("1", "2");
    }

    private static void tellsOfLoss(Stage stage) {
        var channel = stage.channel("broken");
        var client = stage.connected();
        client.subscribe(channel);
        stage.owner().forgetNext(new Channel(channel));
        client.publish(channel, "1");
        client.publish(channel, "2");
        client.awaitPush(Push.to(channel, new Push.Unsubscribe(2500, "insufficient state")));
        assertThat(client.isOpen()).isTrue();
    }
}
