package dev.carillon.connection.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.auth.Permissions.Client;
import dev.carillon.connection.auth.Permissions.Verdict;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Namespace.Access;
import dev.carillon.contract.Namespace.Who;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PermissionsTest {

    private static final Client ANONYMOUS = new Client("", false, false);
    private static final Client ANNA = new Client("anna", false, false);
    private static final Client SUBSCRIBED = new Client("", true, false);
    private static final Client TOKEN = new Client("", false, true);

    @ParameterizedTest
    @CsvSource({
        "SUBSCRIBE, n, y, n, y",
        "PUBLISH,   n, y, n, n",
        "HISTORY,   n, y, y, n",
        "PRESENCE,  n, n, y, n",
    })
    void hasDefaults(Action action, String anonymous, String anna, String subscribed, String token) {
        assertThat(may(action, Namespace.DEFAULT, ANONYMOUS)).isEqualTo(anonymous);
        assertThat(may(action, Namespace.DEFAULT, ANNA)).isEqualTo(anna);
        assertThat(may(action, Namespace.DEFAULT, SUBSCRIBED)).isEqualTo(subscribed);
        assertThat(may(action, Namespace.DEFAULT, TOKEN)).isEqualTo(token);
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void whoeverIsNamedMay(Action action) {
        assertThat(may(action, all(Who.ANYONE), ANONYMOUS)).isEqualTo("y");
        assertThat(may(action, all(Who.AUTHENTICATED), ANONYMOUS)).isEqualTo("n");
        assertThat(may(action, all(Who.AUTHENTICATED), ANNA)).isEqualTo("y");
        assertThat(may(action, all(Who.TOKEN), ANNA)).isEqualTo("n");
        assertThat(may(action, all(Who.TOKEN), TOKEN)).isEqualTo("y");
        assertThat(may(action, all(Who.SUBSCRIBER), SUBSCRIBED)).isEqualTo("y");
        assertThat(may(action, all(), new Client("anna", true, true))).isEqualTo("n");
    }

    @ParameterizedTest
    @CsvSource({"SUBSCRIBE, ask", "PUBLISH, ask", "HISTORY, n", "PRESENCE, n"})
    void asksTheApplicationWhereNothingElseDecides(Action action, String expected) {
        assertThat(may(action, all(Who.HOOK), ANNA)).isEqualTo(expected);
        assertThat(may(action, all(Who.HOOK, Who.AUTHENTICATED), ANNA)).isEqualTo("y");
    }

    @ParameterizedTest
    @CsvSource({"$secret", "chat:$secret", "dialog#bert", "chat:dialog#bert,anna2", "dialog#"})
    void closedChannelsAreOpenedByATokenOrBySubscribing(String name) {
        var channel = new Channel(name);
        for (var action : Action.values()) {
            assertThat(may(action, all(Who.ANYONE, Who.AUTHENTICATED, Who.HOOK), ANNA, channel))
                    .isEqualTo("n");
            assertThat(may(action, all(Who.AUTHENTICATED), new Client("anna", true, false), channel))
                    .isEqualTo("y");
            assertThat(may(action, all(Who.TOKEN), TOKEN, channel)).isEqualTo("y");
        }
    }

    @Test
    void onlyATokenOpensAPrivateChannelWhateverAccessSays() {
        assertThat(may(Action.SUBSCRIBE, all(Who.AUTHENTICATED), TOKEN, new Channel("$x")))
                .isEqualTo("y");
        assertThat(may(Action.SUBSCRIBE, all(Who.AUTHENTICATED), TOKEN, new Channel("x")))
                .isEqualTo("n");
        assertThat(may(Action.SUBSCRIBE, all(Who.AUTHENTICATED), ANNA, new Channel("x$y:z$")))
                .isEqualTo("y");
    }

    @Test
    void whoIsNamedByTheChannelMay() {
        assertThat(may(Action.SUBSCRIBE, Namespace.DEFAULT, ANNA, new Channel("dialog#bert,anna")))
                .isEqualTo("y");
        assertThat(may(Action.SUBSCRIBE, all(Who.TOKEN), ANNA, new Channel("dialog#anna")))
                .isEqualTo("n");
        assertThat(may(Action.SUBSCRIBE, all(Who.ANYONE), ANONYMOUS, new Channel("dialog#")))
                .isEqualTo("n");
    }

    @Test
    void nobodyPublishesIntoTheReservedNamespace() {
        var reserved = new Channel("carillon:a");
        assertThat(Permissions.decide(Action.PUBLISH, reserved, all(Who.ANYONE), ANNA, true))
                .isInstanceOf(Verdict.Refused.class);
        assertThat(may(Action.SUBSCRIBE, Namespace.defaults("carillon"), ANNA, reserved))
                .isEqualTo("n");
        assertThat(may(Action.SUBSCRIBE, Namespace.defaults("carillon"), TOKEN, reserved))
                .isEqualTo("y");
    }

    @Test
    void inAnOpenServiceEverybodyMay() {
        for (var action : Action.values()) {
            assertThat(Permissions.decide(action, new Channel("$x"), all(), ANONYMOUS, true))
                    .isInstanceOf(Verdict.Granted.class);
        }
    }

    private static String may(Action action, Namespace namespace, Client client) {
        return may(action, namespace, client, new Channel("news"));
    }

    private static String may(Action action, Namespace namespace, Client client, Channel channel) {
        return switch (Permissions.decide(action, channel, namespace, client, false)) {
            case Verdict.Granted _ -> "y";
            case Verdict.Refused(var why) -> why.code() == 103 ? "n" : why.name();
            case Verdict.Ask _ -> "ask";
        };
    }

    private static Namespace all(Who... who) {
        var set = Set.of(who);
        return Namespace.DEFAULT.withAccess(new Access(set, set, set, set));
    }
}
