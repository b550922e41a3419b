package dev.carillon.fanout.source;

import static dev.carillon.fanout.source.SourceRecords.configured;
import static dev.carillon.fanout.source.SourceRecords.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.fanout.SourceConfig;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTest {

    @Test
    void defaultsAreTheKeyAndFromNowOn() {
        // When
        var source = source();

        // Then
        assertThat(source.channel()).isEqualTo(new Pick.Key());
        assertThat(source.type()).isEqualTo(new Pick.Header("ce_type"));
        assertThat(source.start()).isEqualTo(SourceConfig.Start.LATEST);
        assertThat(source.group()).isEqualTo("fanout.source.shop");
        assertThat(source.readsValue()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "channel, value:/a, not one of key",
        "channel, keys, not one of key",
        "channel, header:, not one of key",
        "channel, pointer:a, not a JSON pointer",
        "type, pointer:/a~2, not a JSON pointer",
        "type, constant:, not one of key",
        "data, after, not a JSON pointer",
        "topics, a b, not the name of a topic",
        "topics, carillon.event.published.v1, no sources",
        "pattern, shop.*, either topics or a pattern",
    })
    void aMistakeIsNamedWithItsKey(String key, String value, String message) {
        assertThatThrownBy(() -> source(key, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("carillon.fanout.sources.shop")
                .hasMessageContaining(message);
    }

    @Test
    void aPatternIsOfForeignTopicsOnly() {
        // Given
        var pattern = Objects.requireNonNull(configured(Map.of("carillon.fanout.sources.shop.pattern", ".*|x"))
                .pattern());

        // Then
        assertThat(pattern.matcher("shop.orders").matches()).isTrue();
        assertThat(pattern.matcher("carillon.event.published.v1").matches()).isFalse();
        assertThat(pattern.matcher("__consumer_offsets").matches()).isFalse();
    }

    @Test
    void topicsThatComeLaterAreFresh() {
        // Given
        var look = new TopicLook(source("topics", "a,b"));
        var first = Uuid.randomUuid();
        var other = Uuid.randomUuid();

        // When
        var before = look.look(Map.of("a", first, "z", other));
        var later = look.look(Map.of("a", first, "b", other));

        // Then
        assertThat(before.missing()).endsWith("not there: b");
        assertThat(before.old()).containsExactly("a");
        assertThat(later.missing()).isEmpty();
        assertThat(later.old()).isEmpty();
        assertThat(later.anew()).isEmpty();
    }

    @Test
    void topicsThatAreMadeAnewAreNoticedEvenAfterAWhile() {
        // Given
        var look = new TopicLook(source("topics", "a"));
        look.look(Map.of("a", Uuid.randomUuid()));
        look.look(Map.of());

        // When
        var seen = look.look(Map.of("a", Uuid.randomUuid()));

        // Then
        assertThat(seen.anew()).containsExactly("a");
        assertThat(seen.old()).isEmpty();
    }
}
