package dev.carillon.webhook.attempt;

import static dev.carillon.webhook.attempt.RawServer.readRequest;
import static dev.carillon.webhook.attempt.RawServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Endpoint.ClientCertificate;
import dev.carillon.webhook.attempt.RawServer.Behaviour;
import dev.carillon.webhook.attempt.Tls.Pair;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.decide.Outcome.Fault;
import io.vertx.core.Vertx;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How connections are made: again where that is cheap, showing what is to be shown, through a proxy where
/// there is one.
class ConnectionsIT {

    private static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";
    private static final Behaviour ANSWERS = socket -> {
        while (true) {
            readRequest(socket.getInputStream());
            write(socket, NO_CONTENT);
        }
    };

    @TempDir
    static Path folder;

    private static Pair good;
    private static Pair mine;
    private static Pair yours;
    private static String trusted;

    @BeforeAll
    static void make() {
        var tls = new Tls(folder);
        good = tls.make("good", "dns:good.example.com");
        mine = tls.make("mine");
        yours = tls.make("yours");
        trusted = tls.trusted(good).toString();
    }

    @Test
    void usesConnectionsAgain() {
        try (var server = RawServer.tls(Tls.server(good), ANSWERS);
                var attempting = Attempting.here(null, trusted)) {
            for (int i = 0; i < 10; i++) {
                assertThat(attempting.attempt(url(server)).status()).isEqualTo(204);
            }

            // An answer may be there before its connection is back.
            assertThat(server.accepted()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void resumesTlsSessions() {
        // Given: a server that closes after each answer.
        var began = new ConcurrentLinkedQueue<Long>();
        Behaviour closes = socket -> {
            readRequest(socket.getInputStream());
            began.add(((SSLSocket) socket).getSession().getCreationTime());
            write(socket, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        };
        try (var server = RawServer.tls(Tls.server(good), closes);
                var attempting = Attempting.here(null, trusted)) {
            // When
            attempting.attempt(url(server));
            long first = began.element();
            await().until(() -> System.currentTimeMillis() > first + 100);
            attempting.attempt(url(server));

            // Then: the same session, on another connection.
            assertThat(server.accepted()).isEqualTo(2);
            assertThat(began).containsExactly(first, first);
        }
    }

    @Test
    void showsTheCertificateOfTheEndpoint() {
        var seen = new ConcurrentLinkedQueue<String>();
        Behaviour looks = socket -> {
            readRequest(socket.getInputStream());
            seen.add(((SSLSocket) socket).getSession().getPeerPrincipal().getName());
            write(socket, NO_CONTENT);
        };
        try (var server = RawServer.mutual(Tls.server(good, mine), looks);
                var attempting = Attempting.here(null, trusted)) {
            var without = attempting.attempt(url(server));
            var with = attempting.attempt(Attempting.endpoint("ep", url(server), certificate(mine)));
            var withAnother = attempting.attempt(Attempting.endpoint("ep", url(server), certificate(yours)));
            var ofAnother = attempting.attempt(Attempting.endpoint("other", url(server), null));

            assertThat(with.status()).isEqualTo(204);
            assertThat(seen).containsExactly("CN=mine");
            assertThat(List.of(without, withAnother, ofAnother))
                    .allMatch(answer -> answer.outcome() instanceof Outcome.Unreachable);
        }
    }

    @Test
    void keepsABoundedNumberOfClients() {
        var vertx = Vertx.vertx();
        try (var clients = new Clients(vertx, SenderSettings.of(1024, Attempting.DEADLINE), Duration.ofMinutes(1))) {
            for (int i = 0; i < Clients.MAX_MUTUAL + 20; i++) {
                clients.lease(true, new Identity("ep-" + i, certificate(mine), () -> mine.key()))
                        .close();
            }
            var changed = new Identity("ep-" + Clients.MAX_MUTUAL, certificate(yours), () -> yours.key());
            clients.lease(true, changed).close();

            assertThat(clients.mutual()).isEqualTo(Clients.MAX_MUTUAL);
        } finally {
            vertx.close();
        }
    }

    @Test
    void asksAnHttpProxyForTheVettedAddress() {
        var asked = new ConcurrentLinkedQueue<String>();
        try (var server = RawServer.tls(Tls.server(good), ANSWERS);
                var proxy = RawServer.plain(socket -> connectProxy(socket, asked));
                var attempting =
                        Attempting.here(Proxy.parse("http://user:p%40ss@127.0.0.1:" + proxy.port()), trusted)) {
            var answer = attempting.attempt(url(server));
            var plain = attempting.attempt("http://good.example.com:" + server.port() + "/");

            assertThat(answer.status()).isEqualTo(204);
            assertThat(asked).hasSize(1);
            assertThat(asked.element())
                    .startsWith("CONNECT 127.0.0.1:" + server.port() + " ")
                    .containsIgnoringCase("proxy-authorization: Basic dXNlcjpwQHNz")
                    .doesNotContain("good.example.com");
            assertThat(plain.outcome())
                    .isInstanceOfSatisfying(Outcome.Unreachable.class, unreachable -> assertThat(unreachable.fault())
                            .isEqualTo(Fault.FORBIDDEN));
        }
    }

    @Test
    void asksASocksProxyForTheVettedAddress() {
        var asked = new ConcurrentLinkedQueue<String>();
        try (var server = RawServer.plain(ANSWERS);
                var proxy = RawServer.plain(socket -> socksProxy(socket, asked));
                var attempting = Attempting.here(Proxy.parse("socks5://127.0.0.1:" + proxy.port()), trusted)) {
            var answer = attempting.attempt("http://good.example.com:" + server.port() + "/");

            assertThat(answer.status()).isEqualTo(204);
            assertThat(asked).containsExactly("127.0.0.1:" + server.port());
        }
    }

    @Test
    void neverAsksTheProxiesOfTheEnvironment() {
        try (var server = RawServer.plain(ANSWERS);
                var proxy = RawServer.plain(_ -> {})) {
            System.setProperty("http.proxyHost", "127.0.0.1");
            System.setProperty("http.proxyPort", Integer.toString(proxy.port()));
            try (var attempting = Attempting.here(null, null)) {
                assertThat(attempting
                                .attempt("http://good.example.com:" + server.port() + "/")
                                .status())
                        .isEqualTo(204);
                assertThat(proxy.accepted()).isZero();
            } finally {
                System.clearProperty("http.proxyHost");
                System.clearProperty("http.proxyPort");
            }
        }
    }

    private static String url(RawServer server) {
        return "https://good.example.com:" + server.port() + "/hook";
    }

    private static ClientCertificate certificate(Pair pair) {
        return new ClientCertificate(pair.chain(), pair.key());
    }

    private static void connectProxy(Socket socket, Queue<String> asked) throws IOException {
        var request = readRequest(socket.getInputStream());
        asked.add(request);
        int port = Integer.parseInt(request.substring(request.indexOf(':') + 1, request.indexOf(' ', 8)));
        write(socket, "HTTP/1.1 200 OK\r\n\r\n");
        pipe(socket, port);
    }

    private static void socksProxy(Socket socket, Queue<String> asked) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        in.readByte();
        in.skipNBytes(in.readByte());
        socket.getOutputStream().write(new byte[] {5, 0});
        in.skipNBytes(3);
        int type = in.readByte();
        var address = new byte[type == 1 ? 4 : in.readByte()];
        in.readFully(address);
        int port = in.readUnsignedShort();
        asked.add((type == 1
                        ? InetAddress.getByAddress(address).getHostAddress()
                        : new String(address, StandardCharsets.US_ASCII))
                + ":" + port);
        socket.getOutputStream().write(new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 0});
        pipe(socket, port);
    }

    private static void pipe(Socket socket, int port) throws IOException {
        try (var target = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread.startVirtualThread(() -> {
                try (target) {
                    target.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    // Either side is done.
                }
            });
            socket.getInputStream().transferTo(target.getOutputStream());
        }
    }
}
