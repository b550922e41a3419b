package dev.carillon.connection.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.contract.client.FilterNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagsFilterTest {

    private static final Map<String, String> TAGS =
            Map.of("region", "eu-west", "price", "12.50", "stock", "7", "odd", "");

    @ParameterizedTest
    @CsvSource({
        "region, eq, eu-west, true",
        "region, eq, eu, false",
        "absent, eq, x, false",
        "region, neq, eu, true",
        "absent, neq, x, true",
        "region, ex, '', true",
        "absent, ex, '', false",
        "odd, ex, '', true",
        "absent, nex, '', true",
        "region, sw, eu-, true",
        "region, sw, us-, false",
        "region, ew, west, true",
        "region, ew, east, false",
        "region, ct, u-w, true",
        "region, ct, xx, false",
        "absent, ct, '', false",
        "price, lt, 12.5, false",
        "price, lte, 12.5, true",
        "price, gt, 12.499999999999999999999, true",
        "price, gte, 13, false",
        "stock, lt, 10, true",
        "stock, gt, 10, false",
        "stock, gt, -10, true",
        "stock, gte, 7, true",
        "stock, lte, 6.9, false",
        "region, gt, 1, false",
        "region, lt, 1, false",
        "absent, lt, 1, false"
    })
    void comparesOneTag(String key, String cmp, String val, boolean matches) {
        assertThat(TagsFilter.of(FilterNode.leaf(key, cmp, val)).matches(TAGS::get))
                .isEqualTo(matches);
    }

    @Test
    void looksForOneOfSeveralValues() {
        assertThat(matches(oneOf("region", "in", "us", "eu-west"))).isTrue();
        assertThat(matches(oneOf("region", "in", "us"))).isFalse();
        assertThat(matches(oneOf("region", "nin", "us"))).isTrue();
        assertThat(matches(oneOf("absent", "nin", "us"))).isTrue();
    }

    @Test
    void combinesOthers() {
        var yes = FilterNode.leaf("region", "ex", "");
        var no = FilterNode.leaf("region", "nex", "");

        assertThat(matches(FilterNode.inner("and", List.of(yes, yes)))).isTrue();
        assertThat(matches(FilterNode.inner("and", List.of(yes, no)))).isFalse();
        assertThat(matches(FilterNode.inner("or", List.of(no, yes)))).isTrue();
        assertThat(matches(FilterNode.inner("or", List.of(no, no)))).isFalse();
        assertThat(matches(FilterNode.inner("not", List.of(no)))).isTrue();
        assertThat(matches(FilterNode.inner("not", List.of(FilterNode.inner("or", List.of(no, yes))))))
                .isFalse();
    }

    @Test
    void refusesWhatMakesNoSense() {
        refused(FilterNode.leaf("", "eq", "x"));
        refused(FilterNode.leaf("a", "", "x"));
        refused(FilterNode.leaf("a", "like", "x"));
        refused(FilterNode.leaf("a", "lt", "twelve"));
        refused(FilterNode.leaf("a", "lt", "1e9"));
        refused(FilterNode.leaf("a", "lt", ""));
        refused(oneOf("a", "in"));
        refused(FilterNode.inner("xor", List.of(FilterNode.leaf("a", "ex", ""))));
        refused(FilterNode.inner("and", List.of()));
        refused(FilterNode.inner("not", List.of(FilterNode.leaf("a", "ex", ""), FilterNode.leaf("b", "ex", ""))));
        refused(new FilterNode("", "a", "eq", "x", List.of(), List.of(FilterNode.leaf("a", "ex", ""))));
    }

    @Test
    void refusesWhatIsTooLarge() {
        var leaf = FilterNode.leaf("a", "ex", "");
        var deep = leaf;
        for (int n = 0; n < TagsFilter.MAX_DEPTH; n++) {
            deep = FilterNode.inner("not", List.of(deep));
        }

        refused(deep);
        refused(FilterNode.inner("or", Collections.nCopies(TagsFilter.MAX_NODES, leaf)));
        refused(FilterNode.leaf("x".repeat(TagsFilter.MAX_TEXT + 1), "ex", ""));
        refused(FilterNode.leaf("a", "eq", "x".repeat(TagsFilter.MAX_TEXT + 1)));
        refused(oneOf(
                "a",
                "in",
                IntStream.rangeClosed(0, TagsFilter.MAX_VALUES)
                        .mapToObj(Integer::toString)
                        .toArray(String[]::new)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e5", "0x1", "1.", ".5", "--1", "1-", "1.2.3", "", "+", " 1", "NaN", "\u0661"})
    void doesNotTakeForANumberWhatIsNone(String text) {
        assertThat(Decimal.isNumber(text)).isFalse();
    }

    private static boolean matches(FilterNode node) {
        return TagsFilter.of(node).matches(TAGS::get);
    }

    private static FilterNode oneOf(String key, String cmp, String... values) {
        return new FilterNode("", key, cmp, "", List.of(values), List.of());
    }

    private static void refused(FilterNode node) {
        assertThatThrownBy(() -> TagsFilter.of(node)).isInstanceOf(IllegalArgumentException.class);
    }
}
