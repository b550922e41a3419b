package dev.carillon.webhook.attempt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/// A server on a free loopback port that does to each connection what a test says, byte by byte, and then waits
/// until the other side closes it. Safe for use by many threads.
final class RawServer implements AutoCloseable {

    /// What to do to a connection. Failures to write end it, silently.
    @FunctionalInterface
    interface Behaviour {
        void meet(Socket socket) throws IOException;
    }

    private final ServerSocket server;
    private final Behaviour behaviour;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    private RawServer(ServerSocket server, Behaviour behaviour) {
        this.server = server;
        this.behaviour = behaviour;
    }

    static RawServer plain(Behaviour behaviour) {
        return start(null, false, behaviour);
    }

    /// The handshake is made before the behaviour begins.
    static RawServer tls(SSLContext context, Behaviour behaviour, String... protocols) {
        return start(context, false, behaviour, protocols);
    }

    /// The handshake is made too, and clients must show a certificate.
    static RawServer mutual(SSLContext context, Behaviour behaviour) {
        return start(context, true, behaviour);
    }

    private static RawServer start(
            @Nullable SSLContext context, boolean isMutual, Behaviour behaviour, String... protocols) {
        try {
            var loopback = InetAddress.getLoopbackAddress();
            var socket = context == null
                    ? new ServerSocket(0, 256, loopback)
                    : context.getServerSocketFactory().createServerSocket(0, 256, loopback);
            if (socket instanceof SSLServerSocket secure) {
                secure.setNeedClientAuth(isMutual);
                var parameters = secure.getSSLParameters();
                parameters.setApplicationProtocols(protocols);
                secure.setSSLParameters(parameters);
            }
            var server = new RawServer(socket, behaviour);
            Thread.ofPlatform().daemon().name("raw-server").start(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /// Connections that the other side has not closed yet.
    int open() {
        return open.size();
    }

    /// Connections ever.
    int accepted() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a request up to the end of its headers, and as much of the body as they say.
    static String readRequest(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            if (read < 0) {
                throw new IOException("closed");
            }
            head.append((char) read);
        }
        var match =
                java.util.regex.Pattern.compile("(?i)content-length: ([0-9]+)").matcher(head);
        var body = in.readNBytes(match.find() ? Integer.parseInt(match.group(1)) : 0);
        return head + new String(body, ISO_8859_1);
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                accepted.incrementAndGet();
                open.add(socket);
                // Not a virtual one: what floods would keep the attempts from their turns.
                Thread.ofPlatform().daemon().start(() -> meet(socket));
            } catch (IOException e) {
                // It is closed, or the other side was gone already.
            }
        }
    }

    private void meet(Socket socket) {
        try (socket) {
            behaviour.meet(socket);
            if (!socket.isClosed()) {
                socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            }
        } catch (IOException e) {
            // The other side has had enough.
        } finally {
            open.remove(socket);
        }
    }
}
