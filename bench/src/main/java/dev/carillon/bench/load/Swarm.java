package dev.carillon.bench.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Many clients of one server. A client whose connection ends comes back after a moment; the end is counted.
/// Safe for use by many threads but its loop's own.
public final class Swarm implements Loop.Turn, AutoCloseable {

    private static final int AT_ONCE = 64;
    private static final int SOURCES = 64;
    private static final long PAUSE = 200_000_000;
    private static final double SECOND = 1e9;
    private static final VarHandle DELIVERIES;
    private static final VarHandle LISTENING;

    static {
        try {
            var lookup = MethodHandles.lookup();
            DELIVERIES = lookup.findVarHandle(Swarm.class, "deliveries", long.class);
            LISTENING = lookup.findVarHandle(Swarm.class, "listening", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private record Return(Client client, long due) {}

    private final Loop loop;
    private final InetSocketAddress server;
    private final Dialect dialect;
    private final String host;
    private final List<Client> clients = new ArrayList<>();
    private final Queue<Client> waiting = new ArrayDeque<>();
    private final Queue<Return> returning = new ArrayDeque<>();
    private final List<InetSocketAddress> sources;
    private Tally tally = new Tally();
    private Arriving arriving = Arriving.storm(1);
    private CompletableFuture<Long> arrived = new CompletableFuture<>();
    private long began;
    private long opened;
    private int coming;

    @SuppressWarnings("UnusedVariable") // By its handle.
    private int listening;

    @SuppressWarnings("UnusedVariable") // By its handle.
    private long deliveries;

    public Swarm(Loop loop, InetSocketAddress server, Dialect dialect) {
        this.loop = loop;
        this.server = server;
        this.dialect = dialect;
        this.host = server.getHostString() + ":" + server.getPort();
        this.sources = server.getAddress().isLoopbackAddress() ? sources() : List.of();
        loop.tell(() -> loop.add(this));
    }

    /// Adds clients, and lets them come.
    ///
    /// @return done when all clients of the swarm listen, with the nanoseconds that this took
    public CompletableFuture<Long> open(int count, Arriving how) {
        return loop.ask(() -> {
            var newcomers = new ArrayList<Client>();
            for (int i = 0; i < count; i++) {
                newcomers.add(new Client(this, clients.size() + i, dialect, host));
            }
            clients.addAll(newcomers);
            return come(newcomers, how);
        });
    }

    /// Cuts all connections, without a word; nobody comes back by itself.
    public void cut() {
        loop.ask(() -> {
            waiting.clear();
            returning.clear();
            clients.forEach(Client::cut);
            coming = 0;
            LISTENING.setRelease(this, 0);
            return true;
        });
    }

    /// Lets those come who were cut, as [#open] does.
    public CompletableFuture<Long> reopen(Arriving how) {
        return loop.ask(() ->
                come(clients.stream().filter(client -> !client.isListening()).toList(), how));
    }

    /// Waits until everybody listens.
    ///
    /// @return the nanoseconds that it took
    public long await(CompletableFuture<Long> arrival, Duration patience) {
        try {
            return arrival.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("only " + listening() + " clients listen: " + take(), e);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("waiting for clients", e);
        }
    }

    /// What was seen since the last time, or since the beginning.
    public Tally take() {
        return loop.ask(() -> {
            var taken = tally;
            taken.end();
            tally = new Tally();
            return taken;
        });
    }

    /// Publications that arrived, live or late, since the beginning.
    public long deliveries() {
        return (long) DELIVERIES.getAcquire(this);
    }

    /// Clients that listen at the moment.
    public int listening() {
        return (int) LISTENING.getAcquire(this);
    }

    /// What one publication to each channel of a client comes to.
    public int channelsPerClient() {
        return dialect.channelsPerClient();
    }

    @Override
    public void close() {
        cut();
        loop.ask(() -> {
            loop.remove(this);
            return true;
        });
    }

    @Override
    public long turn(long now) {
        while (!returning.isEmpty() && returning.element().due() <= now) {
            waiting.add(returning.remove().client());
        }
        for (int i = 0; i < AT_ONCE && !waiting.isEmpty() && coming < arriving.pending(); i++) {
            long early = early(now);
            if (early > 0) {
                return early;
            }
            connect(waiting.remove());
        }
        if (!waiting.isEmpty() && coming < arriving.pending()) {
            return 0;
        }
        return returning.isEmpty()
                ? Loop.NEVER
                : Math.max(0, returning.element().due() - now);
    }

    Tally tally() {
        return tally;
    }

    void delivered(int count) {
        DELIVERIES.setRelease(this, deliveries + count);
    }

    void joined() {
        coming--;
        LISTENING.setRelease(this, listening + 1);
        if (listening == clients.size()) {
            arrived.complete(System.nanoTime() - began);
        }
    }

    /// It was there, or on its way, and is not any more.
    void left(Client client, boolean listened) {
        if (listened) {
            LISTENING.setRelease(this, listening - 1);
        } else {
            coming--;
        }
        returning.add(new Return(client, System.nanoTime() + PAUSE));
    }

    private CompletableFuture<Long> come(List<Client> newcomers, Arriving how) {
        arriving = how;
        arrived = new CompletableFuture<>();
        began = System.nanoTime();
        opened = 0;
        waiting.addAll(newcomers);
        if (waiting.isEmpty()) {
            arrived.complete(0L);
        }
        return arrived;
    }

    private void connect(Client client) {
        opened++;
        if (client.connect(loop, source(), server)) {
            coming++;
        } else {
            returning.add(new Return(client, System.nanoTime() + PAUSE));
        }
    }

    /// In how many nanoseconds the next one may come.
    private long early(long now) {
        return arriving.perSecond() == 0 ? 0 : began + (long) (opened * SECOND / arriving.perSecond()) - now;
    }

    private @Nullable InetSocketAddress source() {
        return sources.isEmpty() ? null : sources.get((int) (opened % SOURCES));
    }

    private static List<InetSocketAddress> sources() {
        var sources = new ArrayList<InetSocketAddress>();
        try {
            for (int i = 1; i <= SOURCES; i++) {
                sources.add(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) i}), 0));
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
        return sources;
    }
}
