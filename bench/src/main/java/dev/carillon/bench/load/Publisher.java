package dev.carillon.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/// Publishes over a number of connections, with one request at a time on each. Safe for use by many threads but
/// its loop's own.
public final class Publisher implements AutoCloseable {

    /// What is published.
    ///
    /// @param channels take turns
    /// @param connections at most so many requests are on their way
    /// @param size bytes of each publication, from 64
    /// @param batch publications in a request
    public record Plan(List<String> channels, int connections, int size, int batch) {
        public Plan {
            channels = List.copyOf(channels);
            if (channels.isEmpty() || channels.size() > Marker.MAX_CHANNELS) {
                throw new IllegalArgumentException("channels: from 1 to " + Marker.MAX_CHANNELS);
            }
            if (connections < 1 || connections > Marker.MAX_LANES) {
                throw new IllegalArgumentException("connections: from 1 to " + Marker.MAX_LANES);
            }
            if (size < Payload.SMALLEST || batch < 1) {
                throw new IllegalArgumentException("size: from " + Payload.SMALLEST + "; batch: from 1");
            }
        }
    }

    private final Loop loop;
    private final Plan plan;
    private final List<Payload> requests;
    private final List<Lane> lanes = new ArrayList<>();
    private final Queue<Lane> idle = new ArrayDeque<>();
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private int nextChannel;
    private PublishRun run;

    public Publisher(Loop loop, InetSocketAddress server, PublishDialect dialect, Plan plan) {
        this.loop = loop;
        this.plan = plan;
        var host = server.getHostString() + ":" + server.getPort();
        this.requests = plan.channels().stream()
                .map(channel -> dialect.request(channel, host, plan.size(), plan.batch()))
                .toList();
        this.run = new PublishRun(this, new Pace.FlatOut(), 0, 0);
        loop.ask(() -> {
            for (int i = 0; i < plan.connections(); i++) {
                var lane = new Lane(this, i, server, dialect);
                lanes.add(lane);
                lane.connect();
            }
            return true;
        });
        ready.join();
    }

    /// Publishes for that long. The connections are there already.
    ///
    /// @return done when the last answer is there
    public CompletableFuture<Published> run(Pace pace, Duration time) {
        return start(new PublishRun(this, pace, Long.MAX_VALUE, time.toNanos()));
    }

    /// Publishes so many requests.
    ///
    /// @return done when the last answer is there
    public CompletableFuture<Published> run(Pace pace, long requestCount) {
        return start(new PublishRun(this, pace, requestCount, PublishRun.NEVER));
    }

    @Override
    public void close() {
        loop.ask(() -> {
            loop.remove(run);
            lanes.forEach(Lane::cut);
            return true;
        });
    }

    private CompletableFuture<Published> start(PublishRun next) {
        return loop.ask(() -> {
            loop.remove(run);
            run = next;
            run.begin();
            loop.add(run);
            return run.done();
        });
    }

    Loop loop() {
        return loop;
    }

    Plan plan() {
        return plan;
    }

    PublishRun run() {
        return run;
    }

    /// A connection is free.
    void free(Lane lane) {
        idle.add(lane);
        if (idle.size() == lanes.size()) {
            ready.complete(true);
        }
    }

    boolean isAnyIdle() {
        return !idle.isEmpty();
    }

    boolean areAllIdle() {
        return idle.size() == lanes.size();
    }

    void gone(Lane lane) {
        idle.remove(lane);
    }

    /// Sends one request on a connection that is free.
    void send(long intended) {
        int channel = nextChannel;
        nextChannel = channel + 1 == requests.size() ? 0 : channel + 1;
        idle.remove().send(requests.get(channel), channel, intended);
    }
}
