package dev.carillon.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "orders:42", "a b", "~", "x/y?z"})
    void printableAsciiIsAChannel(String name) {
        assertThat(new Channel(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "gr\u00fcn", "\u007f", "\t"})
    void anythingElseIsNone(String name) {
        assertThatThrownBy(() -> new Channel(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("channel");
    }

    @Test
    void channelHasAtMost255Characters() {
        assertThat(Channel.fault("c".repeat(255))).isEmpty();
        assertThat(Channel.fault("c".repeat(256))).contains("255");
    }

    @ParameterizedTest
    @CsvSource({"orders:42,orders", "orders:a:b,orders", "plain,''", ":x,''"})
    void namespaceIsThePartBeforeTheFirstColon(String name, String namespace) {
        assertThat(new Channel(name).namespace()).isEqualTo(namespace);
    }

    @ParameterizedTest
    @CsvSource({
        "orders:42,orders:42,true",
        "orders:42,orders:421,false",
        "orders:*,orders:42,true",
        "orders:*,orders:,true",
        "orders:*,order:42,false",
        "*,anything,true"
    })
    void patternMatchesOneChannelOrABeginning(String pattern, String channel, boolean matches) {
        assertThat(new ChannelPattern(pattern).matches(new Channel(channel))).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*b", "**", "\n*"})
    void patternHasOneStarAtItsEnd(String pattern) {
        assertThatThrownBy(() -> new ChannelPattern(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void positionSurvivesItsTextForm() {
        var position = new Position(Position.epoch("cluster", "topic", 6), 1042);

        assertThat(Position.parse(position.toString())).isEqualTo(position);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1042", "epoch:", "epoch:x", "epoch:-1", "e p:1", "a:b:1"})
    void positionRefusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Position.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void epochChangesWithClusterTopicAndPartitions() {
        var epochs = Stream.of(
                Position.epoch("c", "t", 6),
                Position.epoch("d", "t", 6),
                Position.epoch("c", "u", 6),
                Position.epoch("c", "t", 24));

        assertThat(epochs).doesNotHaveDuplicates().allMatch(epoch -> epoch.length() == 8);
    }

    @Test
    void topicNamesEndInTheirVersion() {
        var specs = Stream.of(Topics.log(6), Topics.deliveries(6), List.of(Topics.retry(Duration.ofMinutes(5), 6)))
                .flatMap(List::stream);

        assertThat(specs).allMatch(spec -> spec.name().matches("carillon\\.[a-z0-9.-]+\\.v1"));
        assertThat(Topics.retry(Duration.ofMinutes(5), 6).name()).isEqualTo("carillon.delivery.retry-5m.v1");
    }
}
