package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SocketRequestTest {

    @Test
    void speaksJsonUnlessAskedForProtobuf() {
        assertThat(SocketRequest.of(null, null)).isEqualTo(new SocketRequest(false, false));
        assertThat(SocketRequest.of("", "")).isEqualTo(new SocketRequest(false, false));
        assertThat(SocketRequest.of("cf_protocol=json", "centrifuge-json")).isEqualTo(new SocketRequest(false, false));
        assertThat(SocketRequest.of(null, "centrifuge-protobuf")).isEqualTo(new SocketRequest(true, false));
        assertThat(SocketRequest.of("a=b&cf_protocol=protobuf", null)).isEqualTo(new SocketRequest(true, false));
        assertThat(SocketRequest.of("format=protobuf", null)).isEqualTo(new SocketRequest(true, false));
    }

    @Test
    void pingsWithFramesWhenAsked() {
        assertThat(SocketRequest.of("cf_ws_frame_ping_pong=true", null)).isEqualTo(new SocketRequest(false, true));
        assertThat(SocketRequest.of("cf_ws_frame_ping_pong=1", null)).isEqualTo(new SocketRequest(false, false));
    }
}
