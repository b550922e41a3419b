package dev.carillon.bench.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.load.Arriving;
import dev.carillon.bench.load.Loop;
import dev.carillon.bench.load.Published;
import dev.carillon.bench.load.Publisher;
import dev.carillon.bench.load.Swarm;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.Contender;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/// A contender with a swarm of clients in front of it. What scenarios may say about it:
///
/// - `clients`, and the `channels` among which they are dealt out evenly
/// - `transport`: `socket` (if nothing is said), `stream` or `poll`
/// - `tokens`, `recover`: see [Manner#dialect]
/// - `arrive-per-s` (0: as fast as possible) and `pending`: how clients come
/// - `publishers`: connections of the publisher; `size`: bytes of data; `batch`: publications in a request, where that
///   is possible
/// - `nap-us`: how long the clients' loop rests before it looks at all of them again (0: it sleeps until something
///   arrives, which tells of short latencies, and costs the server a wake-up for every write)
/// - `warm-up-s`, `seconds`: how long it lasts
///
/// Confined to one thread.
final class Scene implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int POLL_MILLIS = 1;

    private final Contender contender;
    private final Manner manner;
    private final JsonNode parameters;
    private final Loop loop;
    private final Swarm swarm;

    Scene(Contender contender, JsonNode parameters) {
        this.contender = contender;
        this.manner = Manner.of(contender);
        this.parameters = parameters;
        this.loop = new Loop("swarm", Duration.of(number("nap-us", 0), ChronoUnit.MICROS));
        var channels = channels();
        var dialect = manner.dialect(
                Transport.of(parameters.path("transport").asText("socket")),
                client -> channels.get(client % channels.size()),
                parameters.path("recover").asBoolean(),
                parameters.path("tokens").asBoolean());
        this.swarm = new Swarm(loop, manner.server(), dialect);
    }

    Swarm swarm() {
        return swarm;
    }

    Loop loop() {
        return loop;
    }

    Manner manner() {
        return manner;
    }

    int number(String parameter) {
        return parameters.required(parameter).asInt();
    }

    int number(String parameter, int otherwise) {
        return parameters.path(parameter).asInt(otherwise);
    }

    Duration seconds(String parameter) {
        return Duration.ofSeconds(number(parameter));
    }

    int clients() {
        return number("clients");
    }

    List<String> channels() {
        return IntStream.range(0, number("channels", 1))
                .mapToObj(channel -> "bench-" + channel)
                .toList();
    }

    int clientsPerChannel() {
        return clients() / channels().size();
    }

    Arriving arriving() {
        return new Arriving(number("arrive-per-s", 0), number("pending", 500));
    }

    /// Lets all clients come.
    ///
    /// @return the nanoseconds that it took
    long fill() {
        return swarm.await(swarm.open(clients(), arriving()), PATIENCE);
    }

    int batch() {
        return manner.takesBatches() ? number("batch", 1) : 1;
    }

    /// @param of the loop that it lives on
    Publisher publisher(Loop of) {
        var plan = new Publisher.Plan(channels(), number("publishers", 16), number("size", 128), batch());
        return new Publisher(of, manner.publishServer(), manner.publishing(), plan);
    }

    Costs costs() {
        return Costs.from(contender, loop);
    }

    /// What came of a run. One that does not end is a fault of the generator or of the server; there is nothing
    /// to measure.
    static Published await(CompletableFuture<Published> run) throws InterruptedException {
        try {
            return run.get(10, TimeUnit.MINUTES);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("publishing does not end", e);
        }
    }

    /// Waits until so many deliveries have been made since the beginning, or nothing comes any more.
    void awaitDeliveries(long total) throws InterruptedException {
        long seen = swarm.deliveries();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (swarm.deliveries() < total && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            if (swarm.deliveries() > seen) {
                seen = swarm.deliveries();
                deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            }
        }
    }

    /// A run in which something was lost says nothing.
    static void check(Sample sample, Published published) {
        if (!published.refused().isEmpty()) {
            sample.fault("publications were refused: " + published.refused());
        }
        if (published.incomplete() > 0) {
            sample.fault(published.incomplete() + " publications have not reached everybody");
        }
    }

    @Override
    public void close() {
        swarm.close();
        loop.close();
    }
}
