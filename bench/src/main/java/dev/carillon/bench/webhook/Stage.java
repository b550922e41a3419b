package dev.carillon.bench.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.stand.CarillonStand;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/// A receiver, a press and the endpoints between them: what every scenario with webhooks goes through.
///
/// Confined to the thread that runs the scenario.
final class Stage implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Receiver receiver;
    private final Press press;
    private final DispatcherApi api;
    private long sequence;
    private int registered;

    Stage(Receiver receiver, Press press, DispatcherApi api) {
        this.receiver = receiver;
        this.press = press;
        this.api = api;
    }

    /// A stage before Carillon's first dispatcher.
    ///
    /// @param parameters `press` (`kafka`, or `http` with batches of `batch`), `data-bytes` of an event; before the
    ///     measurement, `warm-up-events` at once and then `warm-up-s` at the rate
    /// @param linger how long an event waits for others before it is written into the log
    static Stage open(CarillonStand carillon, JsonNode parameters, Manners manners, Duration linger) {
        int bytes = parameters.path("data-bytes").asInt(256);
        var press = parameters.path("press").asText("kafka").equals("http")
                ? new HttpPress(
                        uri(carillon.address()), parameters.path("batch").asInt(1), bytes)
                : new KafkaPress(carillon.bootstrapServers(), linger, bytes);
        var api = new DispatcherApi(uri(carillon.services("webhook").getFirst().address()));
        return new Stage(Receiver.start(manners), press, api);
    }

    private static URI uri(InetSocketAddress address) {
        return URI.create("http://" + address.getHostString() + ":" + address.getPort());
    }

    /// Events from one sequence number up to, not including, another.
    record Span(long from, long to) {
        long events() {
            return to - from;
        }
    }

    Receiver receiver() {
        return receiver;
    }

    /// Registers endpoints beside those that there are.
    ///
    /// @param manner of each, by its number: `ok`, `slow`, `fail` or `hole`
    void register(int endpoints, IntFunction<String> manner, List<Duration> schedule) {
        for (int i = registered; i < registered + endpoints; i++) {
            api.register(i, receiver.url(manner.apply(i), i), schedule);
        }
        registered += endpoints;
    }

    /// Publishes single events until one has come through to each of the first so many endpoints: the fan-out
    /// learns of them some time after they are registered.
    void awaitEndpoints(int endpoints) {
        var seen = new BitSet(endpoints);
        await(() -> {
            publish(0, endpoints, endpoints);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            var arrivals = receiver.cut();
            for (int i = 0; i < arrivals.size(); i++) {
                seen.set(arrivals.endpoint(i));
            }
            return seen.cardinality() >= endpoints;
        });
    }

    /// @param perSecond 0 is as fast as possible
    /// @param endpoints that get events, from the first on
    Span publish(int perSecond, int endpoints, long events) {
        long from = sequence;
        sequence += events;
        new Schedule(perSecond, endpoints).publish(press, from, events);
        return new Span(from, sequence);
    }

    /// The same until told to stop.
    Span publish(int perSecond, int endpoints, BooleanSupplier goesOn) {
        long from = sequence;
        sequence = new Schedule(perSecond, endpoints).publish(press, from, goesOn);
        return new Span(from, sequence);
    }

    /// Waits until the receiver got as many requests since it had got `before`.
    void awaitArrivals(long before, long requests) {
        await(() -> receiver.arrived() - before >= requests);
    }

    /// Waits until nothing came for a while.
    void awaitQuiet(Duration silence) {
        long[] last = {receiver.arrived(), System.nanoTime()};
        await(() -> {
            long now = System.nanoTime();
            if (receiver.arrived() != last[0]) {
                last[0] = receiver.arrived();
                last[1] = now;
            }
            return now - last[1] > silence.toNanos();
        });
    }

    /// Load that is not measured, until all of it is delivered: a burst for the compilers, which have to see code
    /// often before they look at it twice, and then the rate that comes.
    void warmUp(int perSecond, int endpoints, JsonNode parameters) {
        long before = receiver.arrived();
        long burst = parameters.path("warm-up-events").asLong(0);
        publish(0, endpoints, burst);
        awaitArrivals(before, burst);
        long steady = parameters.path("warm-up-s").asLong(10) * perSecond;
        publish(perSecond, endpoints, steady);
        awaitArrivals(before, burst + steady);
        awaitQuiet(Duration.ofSeconds(1));
        receiver.cut();
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("what is waited for does not happen");
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    @Override
    public void close() {
        press.close();
        receiver.close();
    }
}
