package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MarkerTest {

    @Test
    void isReadAsItWasWrittenWhereverItStands() {
        // Given
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int at = 0; at < 100; at++) {
            var text = new byte[at + Marker.WIDTH + random.nextInt(20)];
            Arrays.fill(text, (byte) '~');
            long time = random.nextLong();
            long id = Marker.id(random.nextInt(Marker.MAX_CHANNELS), random.nextInt(Marker.MAX_LANES), at);

            // When
            Marker.write(text, at, time, id);

            // Then
            assertThat(Marker.find(text, 0, text.length)).as("seed %d", seed).isEqualTo(at);
            assertThat(Marker.timeAt(text, at)).as("seed %d", seed).isEqualTo(time);
            assertThat(Marker.idAt(text, at)).as("seed %d", seed).isEqualTo(id);
        }
    }

    @Test
    void isNotThereWhenItsLastByteIsMissing() {
        // Given
        var text = new byte[Marker.WIDTH];
        Marker.write(text, 0, 1, 2);

        // When
        int found = Marker.find(text, 0, text.length - 1);

        // Then
        assertThat(found).isEqualTo(-1);
    }

    @Test
    void idHasChannelLaneAndSequence() {
        // Given
        long id = Marker.id(Marker.MAX_CHANNELS - 1, Marker.MAX_LANES - 1, 17_000_000_000L);

        // When
        int stream = Marker.streamOf(id);

        // Then
        assertThat(stream).isNotEqualTo(Marker.streamOf(Marker.id(Marker.MAX_CHANNELS - 1, 0, 17_000_000_000L)));
        assertThat(Marker.sequenceOf(id)).isEqualTo(17_000_000_000L);
        assertThat(Marker.channelOf(Marker.id(77, 9, 3))).isEqualTo(77);
    }
}
