package dev.carillon.connection.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StreamCursorTest {

    /// Channels, and a position for each in the order of their names.
    record Places(List<Channel> channels, List<Position> positions) {}

    @Property
    void comesBackAsItWasWritten(@ForAll("places") Places places) {
        var cursor = new StreamCursor(places.channels());

        assertThat(cursor.read(cursor.write(places.positions()))).isEqualTo(places.positions());
    }

    @Property
    void doesNotDependOnTheOrderOfTheChannels(@ForAll("places") Places places) {
        var text = new StreamCursor(places.channels()).write(places.positions());

        assertThat(new StreamCursor(places.channels().reversed()).read(text)).isEqualTo(places.positions());
    }

    @Property
    void fitsNoOtherChannels(@ForAll("places") Places places) {
        var text = new StreamCursor(places.channels()).write(places.positions());
        var others = places.channels().stream()
                .map(channel -> new Channel(channel.name() + "x"))
                .toList();

        assertThatThrownBy(() -> new StreamCursor(others).read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void refusesWhatIsCutOff(@ForAll("places") Places places, @ForAll int where) {
        var cursor = new StreamCursor(places.channels());
        var bytes = Base64.getUrlDecoder().decode(cursor.write(places.positions()));
        var shorter = Arrays.copyOf(bytes, Math.floorMod(where, bytes.length));

        assertThatThrownBy(() ->
                        cursor.read(Base64.getUrlEncoder().withoutPadding().encodeToString(shorter)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void refusesJunk(@ForAll String junk) {
        var cursor = new StreamCursor(List.of(new Channel("a"), new Channel("b")));

        assertThatThrownBy(() -> cursor.read(junk)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void survivesJunkBehindItsHead(@ForAll byte[] junk) {
        var cursor = new StreamCursor(List.of(new Channel("a"), new Channel("b")));
        var head = Arrays.copyOf(
                Base64.getUrlDecoder().decode(cursor.write(List.of(new Position("e", 1), new Position("e", 2)))), 7);
        var all = Arrays.copyOf(head, head.length + junk.length);
        System.arraycopy(junk, 0, all, head.length, junk.length);
        var text = Base64.getUrlEncoder().withoutPadding().encodeToString(all);

        try {
            assertThat(cursor.read(text)).hasSize(2);
        } catch (IllegalArgumentException _) {
            // The only way in which it may fail.
        }
    }

    @Example
    void isShort() {
        var cursor = new StreamCursor(List.of(new Channel("orders")));

        assertThat(cursor.write(List.of(new Position("0123abcd", 1_000_000)))).hasSizeLessThan(30);
    }

    @Provide
    Arbitrary<Places> places() {
        var names = Arbitraries.strings()
                .withCharRange(' ', '~')
                .ofMinLength(1)
                .ofMaxLength(40)
                .map(Channel::new);
        var epochs = Arbitraries.of("0123abcd", "ffff0000", "");
        var offsets = Arbitraries.longs().greaterOrEqual(0);
        var positions = Combinators.combine(epochs, offsets).as(Position::new);
        return names.list().uniqueElements().ofMinSize(1).ofMaxSize(20).flatMap(channels -> positions
                .list()
                .ofSize(channels.size())
                .map(found -> new Places(channels, found)));
    }
}
