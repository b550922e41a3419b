package dev.carillon.webhook.attempt;

import static dev.carillon.webhook.attempt.Http2Frames.CONTINUATION;
import static dev.carillon.webhook.attempt.Http2Frames.DATA;
import static dev.carillon.webhook.attempt.Http2Frames.END_HEADERS;
import static dev.carillon.webhook.attempt.Http2Frames.END_STREAM;
import static dev.carillon.webhook.attempt.Http2Frames.GOAWAY;
import static dev.carillon.webhook.attempt.Http2Frames.HEADERS;
import static dev.carillon.webhook.attempt.Http2Frames.PING;
import static dev.carillon.webhook.attempt.Http2Frames.RST_STREAM;
import static dev.carillon.webhook.attempt.Http2Frames.SETTINGS;
import static dev.carillon.webhook.attempt.Http2Frames.STREAM;
import static dev.carillon.webhook.attempt.Http2Frames.greet;
import static dev.carillon.webhook.attempt.Http2Frames.number;
import static dev.carillon.webhook.attempt.RawServer.readRequest;
import static dev.carillon.webhook.attempt.RawServer.write;

import dev.carillon.webhook.attempt.RawServer.Behaviour;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.decide.Outcome.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;

/// What servers may do to those that call them, and what has to come of it.
///
/// @param over how they are called
/// @param behaviour what they do
/// @param status of the answer that counts, or 0 when none does
/// @param faults why there is none; any of these
record Hostile(String name, Over over, Behaviour behaviour, int status, Set<Fault> faults) {

    /// How a server is called.
    enum Over {
        PLAIN,
        /// With a certificate that is right.
        TLS,
        /// With a certificate for another name.
        WRONG_HOST,
        /// With a certificate that nobody trusts.
        UNTRUSTED,
        /// The server speaks no TLS, or does as it likes.
        BROKEN_TLS,
        HTTP2
    }

    private static final byte OK = (byte) 0x88;
    private static final byte NO_CONTENT = (byte) 0x89;
    private static final String ANNOUNCED_100 = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String ANNOUNCED_103 = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    /// Another request over the same connection would not be answered.
    private static final String THE_END = "Content-Length: 0\r\nConnection: close\r\n\r\n";

    private static final byte[] BOMB = bomb();
    private static final byte[] CONTINUE = {8, 3, '1', '0', '0'};

    static List<Hostile> all() {
        return java.util.stream.Stream.of(connections(), heads(), bodies(), announcements(), tls(), http2())
                .flatMap(List::stream)
                .toList();
    }

    /// Streams of HTTP/2 share a connection, and servers here look at the first one only.
    int attempts() {
        return over == Over.HTTP2 ? 1 : 3;
    }

    boolean isRight(Answer answer) {
        return switch (answer.outcome()) {
            case Outcome.Accepted(int accepted) -> accepted == status && status / 100 == 2;
            case Outcome.Refused refused -> refused.status() == status;
            case Outcome.Unreachable unreachable -> faults.contains(unreachable.fault());
            case Outcome.Deleted _, Outcome.Disabled _, Outcome.Unverified _, Outcome.Withdrawn _ -> false;
        };
    }

    private static List<Hostile> connections() {
        return List.of(
                fails("resets at once", Hostile::reset, Fault.RESET, Fault.CONNECT),
                fails("closes at once", Socket::close, Fault.RESET),
                fails("never reads", _ -> {}, Fault.TIMEOUT),
                fails("resets after the request", after(Hostile::reset), Fault.RESET),
                fails("closes after the request", after(Socket::close), Fault.RESET),
                fails("never answers", after(_ -> {}), Fault.TIMEOUT));
    }

    private static List<Hostile> heads() {
        return List.of(
                fails("stops in the status line", says("HTTP/1.1 2"), Fault.TIMEOUT),
                fails("stops in the headers", says("HTTP/1.1 200 OK\r\nX-A: "), Fault.TIMEOUT),
                fails(
                        "resets in the headers",
                        after(socket -> {
                            write(socket, "HTTP/1.1 200 OK\r\nX-A: ");
                            reset(socket);
                        }),
                        Fault.RESET),
                fails("drips headers", after(drips("HTTP/1.1 200 OK\r\n", "X: y\r\n")), Fault.TIMEOUT),
                fails(
                        "sends headers without end",
                        after(floods("HTTP/1.1 200 OK\r\n", "X-A: bbbbbbbbbb\r\n")),
                        Fault.RESPONSE),
                fails(
                        "sends one header without end",
                        after(floods("HTTP/1.1 200 OK\r\nX-A: ", "bbbbbbbbbb")),
                        Fault.RESPONSE),
                fails("sends a status line without end", after(floods("HTTP/1.1 200 ", "OK")), Fault.RESPONSE),
                fails("sends blank lines without end", after(floods("", "\r\n")), Fault.RESPONSE, Fault.TIMEOUT),
                fails("speaks another protocol", says("SSH-2.0-OpenSSH_9.9\r\n\r\n"), Fault.RESPONSE),
                fails("speaks no protocol", says("\0\1\2\3\r\n\r\n\r\n"), Fault.RESPONSE, Fault.TIMEOUT),
                answers(
                        302,
                        "redirects to the inside",
                        says("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n" + THE_END)),
                answers(
                        307,
                        "redirects to a file",
                        says("HTTP/1.1 307 Moved\r\nLocation: file:///etc/passwd\r\n" + THE_END)),
                // The answer may be there before the request is sent, and then it is the answer to nothing.
                new Hostile(
                        "answers before it is asked",
                        Over.PLAIN,
                        socket -> write(socket, "HTTP/1.1 200 OK\r\n" + THE_END),
                        200,
                        EnumSet.of(Fault.RESET, Fault.RESPONSE)),
                answers(999, "has a status of its own", says("HTTP/1.1 999 What\r\n" + THE_END)));
    }

    private static List<Hostile> bodies() {
        var ok = "HTTP/1.1 200 OK\r\n";
        return List.of(
                answers(200, "stops in the body", says(ok + "Content-Length: 10\r\n\r\nabc")),
                answers(200, "resets in the body", after(socket -> {
                    write(socket, ok + "Content-Length: 10\r\n\r\nabc");
                    reset(socket);
                })),
                answers(200, "drips its body", after(drips(ok + "Content-Length: 1000000\r\n\r\n", "a"))),
                answers(
                        200,
                        "has a body without end",
                        after(floods(ok + "Transfer-Encoding: chunked\r\n\r\n", "10\r\n0123456789abcdef\r\n"))),
                answers(
                        200,
                        "has a body until it closes, and never closes",
                        after(floods(ok + "Connection: close\r\n\r\n", "0123456789abcdef"))),
                answers(200, "claims a huge body", says(ok + "Content-Length: 9223372036854775807\r\n\r\n")),
                answers(200, "has chunks that are none", says(ok + "Transfer-Encoding: chunked\r\n\r\nZZZ\r\n")),
                answers(
                        200,
                        "has chunk extensions without end",
                        after(floods(ok + "Transfer-Encoding: chunked\r\n\r\n1;", "aaaaaaaaaa"))),
                answers(
                        200,
                        "has trailers without end",
                        after(floods(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-A: bbbbbbbbbb\r\n"))),
                answers(200, "sends a bomb", after(socket -> {
                    write(socket, ok + "Content-Encoding: gzip\r\nContent-Length: " + BOMB.length + "\r\n\r\n");
                    socket.getOutputStream().write(BOMB);
                })));
    }

    private static List<Hostile> announcements() {
        return List.of(
                fails("says 100 without end", after(floods("", ANNOUNCED_100)), Fault.RESPONSE),
                fails("says 103 without end", after(floods("", ANNOUNCED_103)), Fault.RESPONSE),
                answers(
                        204,
                        "says 100 and 103, then answers",
                        says(ANNOUNCED_100 + ANNOUNCED_103 + "HTTP/1.1 204 No Content\r\n" + THE_END)),
                answers(
                        101,
                        "changes the protocol",
                        says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")));
    }

    private static List<Hostile> tls() {
        var fine = after(socket -> write(socket, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
        return List.of(
                new Hostile("has a good certificate", Over.TLS, fine, 204, Set.of()),
                new Hostile("has the certificate of another", Over.WRONG_HOST, fine, 0, EnumSet.of(Fault.TLS)),
                new Hostile("has its own certificate", Over.UNTRUSTED, fine, 0, EnumSet.of(Fault.TLS)),
                broken("stops in the TLS handshake", Fault.TIMEOUT, _ -> {}),
                broken("resets in the TLS handshake", Fault.TLS, socket -> {
                    socket.getInputStream().readNBytes(5);
                    reset(socket);
                }),
                broken("closes in the TLS handshake", Fault.TLS, Socket::close),
                broken(
                        "answers the TLS handshake in plain text",
                        Fault.TLS,
                        socket -> write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n")),
                broken("floods the TLS handshake", Fault.TLS, floods("", "\26\3\3\77\377xxxxxxxxxx")),
                new Hostile("never answers over TLS", Over.TLS, after(_ -> {}), 0, EnumSet.of(Fault.TIMEOUT)),
                new Hostile("resets over TLS", Over.TLS, after(Hostile::reset), 0, EnumSet.of(Fault.RESET)));
    }

    private static List<Hostile> http2() {
        return List.of(
                http2(204, "answers over HTTP/2", socket -> greet(socket)
                        .awaitRequest()
                        .write(HEADERS, END_HEADERS | END_STREAM, STREAM, NO_CONTENT)),
                http2(0, "says nothing over HTTP/2", _ -> {}),
                http2(0, "greets over HTTP/2, and that is all", socket -> greet(socket)),
                http2(0, "allows no streams", socket -> greet(socket, 3, 0)),
                http2(0, "opens no window", socket -> greet(socket, 4, 0)),
                http2(0, "goes away at once", socket -> greet(socket).write(GOAWAY, 0, 0, goAway(0))),
                http2(0, "goes away after the request", socket -> greet(socket)
                        .awaitRequest()
                        .write(GOAWAY, 0, 0, goAway(0))),
                http2(0, "resets the stream", socket -> greet(socket)
                        .awaitRequest()
                        .write(RST_STREAM, 0, STREAM, number(8))),
                http2(0, "speaks no HTTP/2 though it said so", socket -> write(socket, "HTTP/1.1 200 OK\r\n\r\n")),
                http2(0, "changes its settings without end", socket -> {
                    var frames = greet(socket);
                    flood(() ->
                            frames.write(SETTINGS, 0, 0, (byte) 0, (byte) 4, (byte) 0, (byte) 1, (byte) 0, (byte) 0));
                }),
                http2(0, "pings without end", socket -> {
                    var frames = greet(socket);
                    flood(() -> frames.write(PING, 0, 0, new byte[8]));
                }),
                http2(0, "continues headers without end", socket -> {
                    var frames = greet(socket).awaitRequest().write(HEADERS, 0, STREAM, OK);
                    flood(() -> frames.write(CONTINUATION, 0, STREAM, literal()));
                }),
                http2(0, "says 100 without end over HTTP/2", socket -> {
                    var frames = greet(socket).awaitRequest();
                    flood(() -> frames.write(HEADERS, END_HEADERS, STREAM, CONTINUE));
                }),
                http2(200, "has a body without end over HTTP/2", socket -> {
                    var frames = greet(socket).awaitRequest().write(HEADERS, END_HEADERS, STREAM, OK);
                    flood(() -> frames.write(DATA, 0, STREAM, new byte[1024]));
                }),
                http2(200, "stops in the body over HTTP/2", socket -> greet(socket)
                        .awaitRequest()
                        .write(HEADERS, END_HEADERS, STREAM, OK)
                        .write(DATA, 0, STREAM, (byte) 'a')));
    }

    private static Hostile fails(String name, Behaviour behaviour, Fault... faults) {
        return new Hostile(name, Over.PLAIN, behaviour, 0, EnumSet.copyOf(List.of(faults)));
    }

    private static Hostile answers(int status, String name, Behaviour behaviour) {
        return new Hostile(name, Over.PLAIN, behaviour, status, Set.of());
    }

    private static Hostile broken(String name, Fault fault, Behaviour behaviour) {
        return new Hostile(name, Over.BROKEN_TLS, behaviour, 0, EnumSet.of(fault));
    }

    private static Hostile http2(int status, String name, Behaviour behaviour) {
        var any = EnumSet.of(Fault.RESET, Fault.RESPONSE, Fault.TIMEOUT);
        return new Hostile(name, Over.HTTP2, behaviour, status, status == 0 ? any : Set.of());
    }

    private static Behaviour after(Behaviour behaviour) {
        return socket -> {
            readRequest(socket.getInputStream());
            behaviour.meet(socket);
        };
    }

    private static Behaviour says(String answer) {
        return after(socket -> write(socket, answer));
    }

    private static Behaviour drips(String start, String drop) {
        return socket -> {
            write(socket, start);
            flood(() -> {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                write(socket, drop);
            });
        };
    }

    private static Behaviour floods(String start, String drop) {
        var wave = drop.repeat(100);
        return socket -> {
            write(socket, start);
            flood(() -> write(socket, wave));
        };
    }

    private interface Drop {
        void fall() throws IOException;
    }

    /// Until the other side closes the connection, but no longer than a test waits.
    private static void flood(Drop drop) throws IOException {
        var end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() < end) {
            drop.fall();
        }
    }

    private static void reset(Socket socket) throws IOException {
        if (!(socket instanceof javax.net.ssl.SSLSocket)) {
            socket.setSoLinger(true, 0);
        }
        socket.close();
    }

    private static byte[] goAway(int last) {
        var payload = new byte[8];
        System.arraycopy(number(last), 0, payload, 0, 4);
        return payload;
    }

    /// `x: ` and 120 letters, which no table remembers.
    private static byte[] literal() {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0, 1, 'x', 120});
        bytes.writeBytes("a".repeat(120).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private static byte[] bomb() {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < 100; i++) {
                gzip.write(new byte[1 << 20]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return name;
    }
}
