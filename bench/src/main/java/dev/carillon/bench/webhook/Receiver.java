package dev.carillon.bench.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The servers of subscribers, all of them: one thread that takes requests and answers them from prepared bytes
/// as its [Manners] say. It listens on every address, so that each of `127.0.0.0/8` is a host of its own.
///
/// Connections belong to its thread; its methods are for any thread.
final class Receiver implements AutoCloseable {

    private static final int BACKLOG = 4096;

    private final Selector selector;
    private final ServerSocketChannel server;
    private final Manners manners;
    private final Thread thread;
    private final ByteBuffer taken = answer("204 No Content\r\n\r\n");
    private final ByteBuffer refused = answer("500 Internal Server Error\r\ncontent-length: 0\r\n\r\n");
    private final ArrayDeque<Later> later = new ArrayDeque<>();
    private final Map<Long, Byte> refusals = new HashMap<>();
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicReference<@Nullable CompletableFuture<Arrivals>> cut = new AtomicReference<>();
    private Arrivals arrivals = new Arrivals();
    private volatile boolean isClosing;

    /// An answer that is put off.
    private record Later(SocketChannel channel, long dueAt) {}

    private Receiver(Manners manners) throws IOException {
        this.manners = manners;
        this.selector = Selector.open();
        this.server = ServerSocketChannel.open();
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(new InetSocketAddress(0), BACKLOG);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        this.thread = Thread.ofPlatform().name("receiver").daemon().unstarted(this::run);
    }

    static Receiver start(Manners manners) {
        try {
            var receiver = new Receiver(manners);
            receiver.thread.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException("no receiver", e);
        }
    }

    int port() {
        return server.socket().getLocalPort();
    }

    /// The URL of a server of its own.
    ///
    /// @param manner `ok`, `slow`, `fail` or `hole`
    String url(String manner, int endpoint) {
        return "http://127.%d.%d.%d:%d/%s/%d"
                .formatted(1 + endpoint / 62_500, endpoint / 250 % 250, 1 + endpoint % 250, port(), manner, endpoint);
    }

    /// How many requests there were, since the start.
    long arrived() {
        return arrived.get();
    }

    /// What arrived since the last cut.
    Arrivals cut() {
        var wanted = new CompletableFuture<Arrivals>();
        cut.set(wanted);
        selector.wakeup();
        return wanted.orTimeout(1, TimeUnit.MINUTES).join();
    }

    @Override
    public void close() {
        isClosing = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (selector;
                server) {
            while (!isClosing) {
                selector.select(this::turn, patience());
                answerLate(System.nanoTime());
                var wanted = cut.getAndSet(null);
                if (wanted != null) {
                    wanted.complete(arrivals);
                    arrivals = new Arrivals();
                }
            }
            for (var key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("receiver failed", e);
        }
    }

    private void turn(SelectionKey key) {
        if (key.isAcceptable()) {
            accept();
        } else {
            read((SocketChannel) key.channel(), (RequestReader) key.attachment());
        }
    }

    private void accept() {
        try {
            for (var channel = server.accept(); channel != null; channel = server.accept()) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.register(selector, SelectionKey.OP_READ, new RequestReader());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("connections are not accepted", e);
        }
    }

    /// Whatever is wrong with a connection is the end of that one alone.
    private void read(SocketChannel channel, RequestReader reader) {
        try {
            if (channel.read(reader.room()) < 0) {
                channel.close();
                return;
            }
            reader.took(System.nanoTime());
            var standing = reader.next();
            while (standing == RequestReader.Standing.REQUEST) {
                serve(channel, reader);
                reader.done();
                standing = reader.next();
            }
            if (standing == RequestReader.Standing.BROKEN) {
                channel.close();
            }
        } catch (IOException e) {
            drop(channel);
        }
    }

    private void serve(SocketChannel channel, RequestReader request) throws IOException {
        boolean isTaken = isTaken(request);
        arrivals.add(request.endpoint, isTaken, request.sequence, request.due, request.arrivedAt);
        arrived.lazySet(arrived.getPlain() + 1);
        switch (request.kind) {
            case Manners.HOLE -> {}
            case Manners.SLOW ->
                later.add(new Later(channel, System.nanoTime() + manners.slow().toNanos()));
            default -> write(channel, isTaken ? taken : refused);
        }
    }

    private boolean isTaken(RequestReader request) {
        if (request.kind != Manners.FAIL || !manners.isRefused(request.sequence)) {
            return request.kind != Manners.HOLE;
        }
        return refusals.merge(request.sequence, (byte) 1, (one, other) -> (byte) (one + other)) > manners.failures();
    }

    private void answerLate(long now) {
        while (!later.isEmpty() && later.getFirst().dueAt() - now <= 0) {
            var channel = later.removeFirst().channel();
            try {
                write(channel, taken);
            } catch (IOException e) {
                drop(channel);
            }
        }
    }

    private long patience() {
        if (later.isEmpty()) {
            return 0;
        }
        long left = later.getFirst().dueAt() - System.nanoTime();
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
    }

    /// An answer is a few bytes: who does not take them is gone.
    private static void write(SocketChannel channel, ByteBuffer prepared) throws IOException {
        channel.write(prepared.rewind());
        if (prepared.hasRemaining()) {
            channel.close();
        }
    }

    private static void drop(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("connection does not close", e);
        }
    }

    private static ByteBuffer answer(String text) {
        var bytes = ("HTTP/1.1 " + text).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
