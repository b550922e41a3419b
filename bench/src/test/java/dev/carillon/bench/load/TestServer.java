package dev.carillon.bench.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What `limit.c` is, in few words and slow: sockets that listen, requests that publish to all of them.
final class TestServer implements AutoCloseable {

    private final ServerSocket server;
    private final List<Socket> listeners = new CopyOnWriteArrayList<>();
    private final List<Socket> all = new CopyOnWriteArrayList<>();

    TestServer() {
        try {
            server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
    }

    /// Ends the connection of one listener.
    void cutOne() throws IOException {
        listeners.removeFirst().close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : all) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                all.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try {
            var in = new BufferedInputStream(socket.getInputStream());
            for (var head = head(in); !head.isEmpty(); head = head(in)) {
                if (head.startsWith("GET")) {
                    socket.getOutputStream().write(Ascii.bytes("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
                    listeners.add(socket);
                } else {
                    publish(in.readNBytes(length(head)));
                    socket.getOutputStream().write(Ascii.bytes("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"));
                }
            }
        } catch (IOException _) {
            // The client went.
        }
    }

    private synchronized void publish(byte[] body) throws IOException {
        var frame = new byte[2 + body.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) body.length;
        System.arraycopy(body, 0, frame, 2, body.length);
        for (var listener : listeners) {
            listener.getOutputStream().write(frame);
        }
    }

    private static int length(String head) {
        return Integer.parseInt(HttpReader.header(Ascii.bytes(head), 0, head.length(), "content-length"));
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (next == '\n' && head.toString().endsWith("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }
}
