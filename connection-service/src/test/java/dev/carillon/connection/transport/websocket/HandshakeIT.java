package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.testkit.InVmKafkaResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client can make a node hold before anything is known of it.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class HandshakeIT {

    @BeforeAll
    static void start() {
        Ready.await(new HttpProbe());
    }

    @ParameterizedTest
    @ValueSource(strings = {"permessage-deflate; client_max_window_bits", "deflate-frame", "x-webkit-deflate-frame"})
    void doesNotAgreeToCompress(String extension) {
        var answer = handshake("/connection/websocket", "Sec-WebSocket-Extensions: " + extension);

        assertThat(answer).startsWith("HTTP/1.1 101 ").doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
    }

    /// Browsers and proxies put more into that list.
    @ParameterizedTest
    @ValueSource(strings = {"keep-alive, Upgrade", "upgrade,keep-alive"})
    void findsTheUpgradeAmongOtherWords(String connection) throws IOException {
        for (var path : List.of("/connection/websocket", "/connection/uni_websocket")) {
            try (var socket = connect()) {
                send(socket, path, connection, "X: y");
                assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 101 ");
            }
        }
    }

    @Test
    void refusesAFloodOfHeaders() {
        var flood = "X-Flood: " + "x".repeat(30_000);

        assertThat(handshake("/connection/websocket", flood)).containsPattern("^HTTP/1.[01] 431 ");
    }

    @Test
    void takesALongUrlButNotAnyLength() {
        assertThat(handshake("/connection/websocket?x=" + "x".repeat(15_000), "X: y"))
                .startsWith("HTTP/1.1 101 ");
        assertThat(handshake("/connection/websocket?x=" + "x".repeat(20_000), "X: y"))
                .containsPattern("^HTTP/1.[01] 414 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/connection/websocket", "/connection/uni_websocket"})
    void endsAConnectionThatAnnouncesAHugeFrame(String path) throws IOException {
        try (var socket = connect()) {
            // Given
            var in = new DataInputStream(socket.getInputStream());
            send(socket, path, "X: y");
            head(in);

            // When: a text frame of 1 GiB, masked, of which nothing comes
            socket.getOutputStream()
                    .write(new byte[] {(byte) 0x81, (byte) 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4});
            socket.getOutputStream().flush();

            // Then
            assertThat(in.readUnsignedByte()).isEqualTo(0x88);
            assertThat(in.readUnsignedByte()).isGreaterThanOrEqualTo(2);
            assertThat(in.readUnsignedShort()).isEqualTo(1009);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/connection/websocket", "/connection/uni_websocket"})
    void endsAConnectionThatPilesUpPieces(String path) throws IOException {
        try (var socket = connect()) {
            // Given
            var in = new DataInputStream(socket.getInputStream());
            send(socket, path, "X: y");
            head(in);

            // When: pieces of one message, masked with zeros, that never end
            var piece = new byte[8 + 60_000];
            var out = socket.getOutputStream();
            for (int i = 0; i < 20; i++) {
                piece[0] = (byte) (i == 0 ? 0x01 : 0x00);
                piece[1] = (byte) 0xfe;
                piece[2] = (byte) (60_000 >> 8);
                piece[3] = (byte) 60_000;
                out.write(piece);
            }
            out.flush();

            // Then
            assertThat(in.readUnsignedByte()).isEqualTo(0x88);
            assertThat(in.readUnsignedByte()).isGreaterThanOrEqualTo(2);
            assertThat(in.readUnsignedShort()).isEqualTo(1009);
        }
    }

    private static String handshake(String path, String header) {
        try (var socket = connect()) {
            send(socket, path, header);
            return head(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.append((char) c);
            if (head.indexOf("\r\n\r\n") >= 0) {
                break;
            }
        }
        return head.toString();
    }

    private static Socket connect() throws IOException {
        var uri = HttpProbe.uri("/");
        var socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void send(Socket socket, String path, String header) throws IOException {
        send(socket, path, "Upgrade", header);
    }

    private static void send(Socket socket, String path, String connection, String header) throws IOException {
        var request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: " + connection
                + "\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + header + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }
}
