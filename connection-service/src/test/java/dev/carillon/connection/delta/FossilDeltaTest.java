package dev.carillon.connection.delta;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.testkit.FossilPatch;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FossilDeltaTest {

    private static final String RECORD = IntStream.range(0, 300)
            .mapToObj("{\"id\":%d,\"name\":\"bell no. %<d\",\"rung\":false}"::formatted)
            .collect(Collectors.joining(",", "[", "]"));

    @Test
    void saysOnlyWhatChanged() {
        var changed = RECORD.replace("bell no. 150\",\"rung\":false", "bell no. 150\",\"rung\":true, at last")
                .replace("bell no. 7\"", "bell no. seven\"");

        assertThat(patched(RECORD, changed).size()).isLessThan(120);
    }

    @Test
    void findsPartsThatMoved() {
        int middle = RECORD.length() / 2;
        var swapped = RECORD.substring(middle) + RECORD.substring(0, middle);

        assertThat(patched(RECORD, swapped).size()).isLessThan(60);
    }

    @Test
    void writesTheFormatToTheLetter() {
        // 36 bytes, of which the first 16 are copied from offset 16.
        var source = ByteString.copyFromUtf8("0123456789abcdefABCDEFGHIJKLMNOP");
        var target = ByteString.copyFromUtf8("ABCDEFGHIJKLMNOPqrstuvwxyz\u00e9and more");

        var patch = Objects.requireNonNull(FossilDelta.between(source, target));

        assertThat(patch.toStringUtf8())
                .startsWith("_\nG@G,K:qrstuvwxyz\u00e9and more")
                .endsWith(";");
        assertThat(FossilPatch.apply(source, patch)).isEqualTo(target);
    }

    @Test
    void isOfNoUseBetweenStrangersAndForLittle() {
        assertThat(FossilDelta.between(ByteString.EMPTY, bytes(RECORD))).isNull();
        assertThat(FossilDelta.between(bytes(RECORD), ByteString.EMPTY)).isNull();
        assertThat(FossilDelta.between(bytes(RECORD), bytes("{\"short\":1}"))).isNull();
        assertThat(FossilDelta.between(bytes(RECORD), noise(5_000, 1))).isNull();
    }

    @Test
    void takesItsTimeFromNobodyWhenEverythingLooksAlike() {
        var zeros = ByteString.copyFrom(new byte[65_536]);
        var almost = zeros.toByteArray();
        for (int i = 0; i < almost.length; i += 17) {
            almost[i] = 1;
        }
        var target = ByteString.copyFrom(almost);

        long start = System.nanoTime();
        var there = FossilDelta.between(zeros, target);
        var back = FossilDelta.between(target, zeros);

        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
        assertThat(there == null || FossilPatch.apply(zeros, there).equals(target))
                .isTrue();
        assertThat(FossilPatch.apply(target, Objects.requireNonNull(back))).isEqualTo(zeros);
    }

    @Property
    void leadsFromAnyTextToAChangedOneAndIsTextItself(@ForAll("texts") String text, @ForAll long seed) {
        var changed = mutated(text, new Random(seed));
        var target = bytes(changed);

        var patch = FossilDelta.between(bytes(text), target);

        if (patch != null) {
            assertThat(patch.isValidUtf8()).isTrue();
            assertThat(patch.size()).isLessThan(target.size());
            assertThat(FossilPatch.apply(bytes(text), patch)).isEqualTo(target);
        }
    }

    @Property
    void leadsFromAnyBytesToChangedOnes(@ForAll("blobs") ByteString blob, @ForAll long seed) {
        var random = new Random(seed);
        var target = ByteString.EMPTY;
        for (int n = 0; n < 6; n++) {
            int start = random.nextInt(blob.size() + 1);
            int end = start + random.nextInt(blob.size() - start + 1);
            target = target.concat(blob.substring(start, end)).concat(noise(random.nextInt(5), random.nextLong()));
        }

        var patch = FossilDelta.between(blob, target);

        if (patch != null) {
            assertThat(FossilPatch.apply(blob, patch)).isEqualTo(target);
        }
    }

    @Provide
    Arbitrary<String> texts() {
        var words = Arbitraries.of(
                "bell",
                "\u9418",
                "\ud83d\udd14",
                "\u00e9\u00e8\u00ea",
                " ",
                "{\"a\":1}",
                "\n",
                "0123456789abcdef",
                "~;:@,");
        return words.list().ofMinSize(0).ofMaxSize(400).map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<ByteString> blobs() {
        return Combinators.combine(Arbitraries.integers().between(0, 3_000), Arbitraries.longs())
                .as((size, seed) -> noise(size, seed));
    }

    private static String mutated(String text, Random random) {
        var points = new ArrayList<>(text.codePoints().boxed().toList());
        for (int n = random.nextInt(8); n > 0 && !points.isEmpty(); n--) {
            int at = random.nextInt(points.size());
            switch (random.nextInt(4)) {
                case 0 -> points.add(at, 0x1F514 + random.nextInt(4));
                case 1 -> points.set(at, 0xE0 + random.nextInt(32));
                case 2 -> points.subList(at, Math.min(points.size(), at + 40)).clear();
                default ->
                    points.addAll(
                            at,
                            points.subList(0, Math.min(points.size(), 60)).stream()
                                    .toList());
            }
        }
        return points.stream().map(Character::toString).collect(Collectors.joining());
    }

    private static ByteString patched(String source, String target) {
        var patch = Objects.requireNonNull(FossilDelta.between(bytes(source), bytes(target)));
        assertThat(FossilPatch.apply(bytes(source), patch)).isEqualTo(bytes(target));
        return patch;
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static ByteString noise(int size, long seed) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
