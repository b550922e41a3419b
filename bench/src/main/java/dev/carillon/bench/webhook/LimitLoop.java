package dev.carillon.bench.webhook;

import dev.carillon.bench.load.Marker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The limit: as many signed deliveries as one thread of plain Java can make, one after the other on each of
/// its connections. The same headers and bytes as a delivery of the dispatcher, a real HMAC over each, and
/// nothing besides: no log, no queue, no decision, no memory of anything.
///
/// Confined to the thread that runs it.
final class LimitLoop implements AutoCloseable {

    private static final String ID = "bench-0000000000000000";
    private static final int SECRET_BYTES = 32;

    private final Selector selector = Selector.open();
    private final Mac mac = Mac.getInstance("HmacSHA256");
    private final byte[] signature = new byte[Base64.getEncoder().encode(new byte[SECRET_BYTES]).length];
    private final byte[] timestamp =
            Long.toString(System.currentTimeMillis() / 1000).getBytes(StandardCharsets.US_ASCII);
    private long sequence;
    private long answered;

    /// One connection, with the request that it sends over and over.
    private final class Line {
        private final SocketChannel channel;
        private final byte[] request;
        private final ByteBuffer out;
        private final ByteBuffer in = ByteBuffer.allocateDirect(1024);
        private final int idAt;
        private final int signatureAt;
        private final int bodyAt;
        private final int markerAt;

        Line(URI target, byte[] body) throws IOException {
            var head = head(target, body.length);
            request = (head + new String(body, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
            out = ByteBuffer.allocateDirect(request.length);
            idAt = head.indexOf(ID);
            signatureAt = head.indexOf("v1,") + 3;
            bodyAt = head.length();
            markerAt = Marker.find(request, bodyAt, request.length);
            channel = SocketChannel.open(new InetSocketAddress(target.getHost(), target.getPort()));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send() throws IOException {
            Marker.write(request, markerAt, System.nanoTime(), ++sequence);
            System.arraycopy(request, markerAt + Marker.WIDTH - 17, request, idAt + ID.length() - 16, 16);
            sign();
            out.clear().put(request).flip();
            channel.write(out);
            if (out.hasRemaining()) {
                throw new IOException("receiver does not take what it is sent");
            }
        }

        private void sign() {
            mac.update(request, idAt, ID.length());
            mac.update((byte) '.');
            mac.update(timestamp);
            mac.update((byte) '.');
            mac.update(request, bodyAt, request.length - bodyAt);
            int length = Base64.getEncoder().encode(mac.doFinal(), signature);
            System.arraycopy(signature, 0, request, signatureAt, length);
        }

        /// @return whether the answer is all there
        boolean receive() throws IOException {
            if (channel.read(in) < 0) {
                throw new IOException("receiver closes");
            }
            int end = in.position();
            if (end < 4 || in.get(end - 1) != '\n' || in.get(end - 3) != '\n') {
                return false;
            }
            in.clear();
            return true;
        }

        private String head(URI target, int length) {
            return "POST " + target.getPath() + " HTTP/1.1\r\nuser-agent: Carillon/0.1 (webhooks)\r\n"
                    + "content-type: application/json\r\nwebhook-id: " + ID + "\r\nwebhook-timestamp: "
                    + new String(timestamp, StandardCharsets.US_ASCII) + "\r\nwebhook-signature: v1,"
                    + new String(signature, StandardCharsets.US_ASCII).replace('\0', '=') + "\r\nhost: "
                    + target.getAuthority() + "\r\ncontent-length: " + length + "\r\n\r\n";
        }
    }

    private LimitLoop() throws IOException, GeneralSecurityException {
        mac.init(new SecretKeySpec(new byte[SECRET_BYTES], "HmacSHA256"));
    }

    /// Deliveries a second that a receiver gets, of one endpoint per target.
    ///
    /// @param connections altogether, spread over the targets
    /// @param data of an event, with a marker
    static double perSecond(List<URI> targets, int connections, byte[] data, Duration warmUp, Duration time) {
        try (var loop = new LimitLoop()) {
            var body = EventData.standard(data);
            for (int i = 0; i < connections; i++) {
                loop.new Line(targets.get(i % targets.size()), body).send();
            }
            loop.run(warmUp);
            long before = loop.answered;
            long begun = System.nanoTime();
            loop.run(time);
            return (loop.answered - before) * 1e9 / (System.nanoTime() - begun);
        } catch (IOException e) {
            throw new UncheckedIOException("limit is not measured", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private void run(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            selector.select(this::turn, 100);
        }
    }

    private void turn(SelectionKey key) {
        var line = (Line) key.attachment();
        try {
            if (line.receive()) {
                answered++;
                line.send();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("connection failed", e);
        }
    }

    @Override
    public void close() throws IOException {
        for (var key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
