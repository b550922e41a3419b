package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionEndTest {

    /// A client that went without a word: whatever is written fails at once.
    private static final class Gone implements Wire {
        private final List<CloseCode> closes = new ArrayList<>();

        @Override
        public void write(List<Frame> frames, Done done) {
            done.written(false);
        }

        @Override
        public void ping() {}

        @Override
        public void close(CloseCode code) {
            closes.add(code);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsOnceWhenItsLastWordsCannotBeWritten(boolean ours) {
        // Given: a reply that waits to be written
        var world = new SessionWorld();
        var wire = new Gone();
        var session = world.open(JsonCodec.INSTANCE, wire);
        session.receive(ByteString.copyFromUtf8("{\"id\":1,\"connect\":{}}"));

        // When
        if (ours) {
            session.close(CloseCode.SHUTDOWN);
        } else {
            session.close(4_000, "application");
        }
        world.run();

        // Then: it is counted out once, and its connection is closed once
        assertThat(world.ended()).isOne();
        assertThat(wire.closes).hasSize(1);
    }

    @Test
    void isNotBroughtBackByAnAnswerThatCannotBeSent() {
        // Given: what a listener recovers cannot be said in JSON
        var world = new SessionWorld();
        world.publish("a", ByteString.copyFrom(new byte[] {(byte) 0xff}), Map.of());
        var wire = new Gone();
        var session = world.open(JsonCodec.UNIDIRECTIONAL, wire);

        // When
        session.receive(
                ByteString.copyFromUtf8("{\"subs\":{\"a\":{\"recover\":true,\"epoch\":\"epoch\",\"offset\":0}}}"));
        world.run();
        session.closed();
        world.run();

        // Then
        assertThat(session.isClosed()).isTrue();
        assertThat(world.ended()).isOne();
        assertThat(wire.closes).hasSize(1);
    }
}
