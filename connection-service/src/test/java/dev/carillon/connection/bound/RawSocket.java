package dev.carillon.connection.bound;

import dev.carillon.connection.HttpProbe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client below WebSocket: it sends whatever bytes it is told to.
public final class RawSocket implements AutoCloseable {

    private static final int PATIENCE = Math.toIntExact(Duration.ofSeconds(30).toMillis());

    private final Socket socket;

    public RawSocket() throws IOException {
        socket = new Socket("localhost", HttpProbe.uri("/").getPort());
        socket.setSoTimeout(PATIENCE);
    }

    public void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /// Writes the same several times, unless the node has had enough before.
    void tryToWrite(String text, int times) {
        try {
            for (int n = 0; n < times; n++) {
                write(text);
            }
        } catch (IOException _) {
            // It has.
        }
    }

    /// Writes, and tells whether the node has had enough.
    boolean refuses(String text) {
        try {
            write(text);
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /// Opens a WebSocket, and gives the head of the answer.
    public String upgrade(String headers) throws IOException {
        write("GET /connection/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
                + headers + "\r\n");
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /// All that comes until the node closes the connection.
    public String readAll() throws IOException {
        var all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException _) {
            // Closed, and not gently.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /// A WebSocket frame, whole.
    public static byte[] masked(int opcode, byte[] data) {
        var frame = new ByteArrayOutputStream();
        frame.write(0x80 | opcode);
        if (data.length < 126) {
            frame.write(0x80 | data.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(data.length >> 8);
            frame.write(data.length);
        }
        frame.writeBytes(new byte[] {0, 0, 0, 0});
        frame.writeBytes(data);
        return frame.toByteArray();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
