package dev.carillon.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.contract.Namespace.Access;
import dev.carillon.contract.Namespace.History;
import dev.carillon.contract.Namespace.Presence;
import dev.carillon.contract.Namespace.Recovery;
import dev.carillon.contract.Namespace.Who;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceCodecTest {

    @Test
    void readsWhatItWrites() {
        var chat = new Namespace(
                "chat",
                new History(7, Duration.ofMinutes(90)),
                Recovery.CACHE,
                true,
                Presence.COUNTS,
                true,
                false,
                false,
                true,
                new Access(Set.of(Who.HOOK, Who.TOKEN), Set.of(), Set.of(Who.ANYONE), Set.of(Who.AUTHENTICATED)),
                4096,
                "chat:[a-z]+",
                new Namespace.Rates(3),
                12);

        assertThat(NamespaceCodec.read(NamespaceCodec.write(chat))).isEqualTo(chat);
        assertThat(NamespaceCodec.read(NamespaceCodec.write(Namespace.DEFAULT))).isEqualTo(Namespace.DEFAULT);
    }

    @Test
    void takesDefaultsForWhatIsAbsentAndPassesOverWhatIsUnknown() {
        var read = read("{\"name\":\"chat\",\"later\":{\"x\":1},\"history\":{\"size\":3},\"revision\":2}");

        assertThat(read.withName("").withAccess(Access.DEFAULT))
                .isEqualTo(new Namespace(
                        "",
                        new History(3, Namespace.DEFAULT.history().ttl()),
                        Recovery.STREAM,
                        false,
                        Presence.OFF,
                        false,
                        true,
                        true,
                        false,
                        Access.DEFAULT,
                        0,
                        null,
                        2));
    }

    @Test
    void letsNobodyIntoTheReservedNamespaceByDefault() {
        var access = read("{\"name\":\"carillon\"}").access();

        assertThat(access.subscribe()).containsExactly(Who.TOKEN);
        assertThat(access.publish()).isEmpty();
    }

    @Test
    void takesChoicesInAnyCaseAndSeconds() {
        var read = read(
                "{\"name\":\"a\",\"recovery\":\"off\",\"history\":{\"ttl\":60},\"access\":{\"publish\":[\"anyone\"]}}");

        assertThat(read.recovery()).isEqualTo(Recovery.OFF);
        assertThat(read.history().ttl()).isEqualTo(Duration.ofMinutes(1));
        assertThat(read.access().publish()).containsExactly(Who.ANYONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'name':1}|name",
                "{'name':'a','history':{'size':'x'}}|history.size",
                "{'name':'a','history':{'size':-1}}|history.size",
                "{'name':'a','history':{'ttl':'secret'}}|history.ttl",
                "{'name':'a','recovery':'secret'}|recovery",
                "{'name':'a','delta':'secret'}|delta",
                "{'name':'a','access':{'publish':['secret']}}|access.publish",
                "{'name':'a','access':{'history':'secret'}}|access.history",
                "{'name':'a','maxEventSize':1.5}|maxEventSize",
                "{'name':'a','joinLeave':true}|joinLeave",
            })
    void namesTheMemberThatIsWrong(String row, String member) {
        assertThatThrownBy(() -> read(row.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(member.equals("history.size") ? "size" : member)
                .message()
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "null", "{\"name\":"})
    void refusesWhatIsNoObject(String row) {
        assertThatThrownBy(() -> read(row)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Namespace read(String row) {
        return NamespaceCodec.read(row.getBytes(StandardCharsets.UTF_8));
    }
}
