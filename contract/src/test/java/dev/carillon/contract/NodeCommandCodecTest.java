package dev.carillon.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.NodeCommand.Target;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NodeCommandCodecTest {

    private static final Target ANNA = Target.user("anna");
    private static final Channel NEWS = new Channel("news");
    private static final ByteString INFO = ByteString.copyFromUtf8("{\"n\":1}");

    @Test
    void writesWhatItReads() {
        var overrides = new Overrides(true, false, null, true, null);
        var subscribe = new NodeCommand.Subscribe(ANNA, NEWS, INFO, ByteString.EMPTY, overrides);
        var refresh = new NodeCommand.Refresh(ANNA, false, Instant.ofEpochSecond(7), INFO);

        assertThat(copy(subscribe)).isEqualTo(subscribe);
        assertThat(copy(refresh)).isEqualTo(refresh);
    }

    @Test
    void readsWhatOlderNodesWrite() {
        assertThat(read("\"do\":\"subscribe\",\"channel\":\"news\""))
                .isEqualTo(new NodeCommand.Subscribe(ANNA, NEWS, ByteString.EMPTY, ByteString.EMPTY, Overrides.NONE));
        assertThat(read("\"do\":\"refresh\",\"expired\":true"))
                .isEqualTo(new NodeCommand.Refresh(ANNA, true, null, ByteString.EMPTY));
    }

    private static NodeCommand.Action copy(NodeCommand.Action action) {
        return NodeCommandCodec.read(NodeCommandCodec.write(new NodeCommand("1", "n", action)))
                .action();
    }

    private static NodeCommand.Action read(String members) {
        var json = "{\"id\":\"1\",\"from\":\"n\",\"target\":{\"user\":\"anna\"}," + members + "}";
        return NodeCommandCodec.read(json.getBytes(StandardCharsets.UTF_8)).action();
    }
}
