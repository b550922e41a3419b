package dev.carillon.bench.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.Workload;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.CarillonStand;
import dev.carillon.bench.stand.Contender;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How many signed deliveries a second there are when a backlog drains, at each number of endpoints.
///
/// The dispatcher is held while the backlog is published and fanned out, so that it has the machine to itself,
/// but for Kafka and the receiver. Who is no Carillon is the limit: a loop in this process that sends the same
/// requests to the same receiver.
///
/// Parameters: `endpoints` (a list; the last one counts for `deliveries-per-s`), `events` of a backlog,
/// `warm-up` backlogs before, `limit-ms`, and those of [Stage].
public final class ThroughputWorkload implements Workload {

    private static final int CONNECTIONS_EACH = 64;
    private static final int MOST_CONNECTIONS = 256;
    private static final Duration SILENCE = Duration.ofSeconds(1);

    @Override
    public void run(Contender contender, JsonNode parameters, Sample sample) throws IOException, InterruptedException {
        if (contender instanceof CarillonStand carillon) {
            drain(carillon, parameters, sample);
        } else {
            limit(parameters, sample);
        }
    }

    private static void drain(CarillonStand carillon, JsonNode parameters, Sample sample)
            throws IOException, InterruptedException {
        var counts = counts(parameters);
        long events = parameters.path("events").asLong(50_000);
        int most = counts.stream().mapToInt(Integer::intValue).max().orElseThrow();
        try (var stage = Stage.open(carillon, parameters, Manners.GOOD, Duration.ofMillis(5))) {
            stage.register(most, _ -> "ok", List.of());
            stage.awaitEndpoints(most);
            for (int i = 0; i < parameters.path("warm-up").asInt(2); i++) {
                drain(stage, carillon, most, events, new Sample("warm-up"));
            }
            for (int endpoints : counts) {
                double perSecond = drain(stage, carillon, endpoints, events, sample);
                put(sample, endpoints, perSecond);
            }
            sample.put("webhook-rss-mib", Costs.residentMebibytes(carillon, "webhook"));
        }
    }

    private static double drain(Stage stage, CarillonStand carillon, int endpoints, long events, Sample sample)
            throws IOException, InterruptedException {
        long fannedOut = Ledgers.deliveries(carillon.bootstrapServers()) + events;
        long arrived = stage.receiver().arrived();
        var dispatchers = carillon.services("webhook");
        Held.stop(dispatchers);
        Stage.Span span;
        try {
            span = stage.publish(0, endpoints, events);
            Stage.await(() -> Ledgers.deliveries(carillon.bootstrapServers()) >= fannedOut);
        } finally {
            Held.go(dispatchers);
        }
        var before = Costs.of(carillon);
        long begunAt = System.nanoTime();
        stage.awaitArrivals(arrived, events);
        var costs = Costs.of(carillon).since(before);
        stage.awaitQuiet(SILENCE);
        var arrivals = stage.receiver().cut();
        var account = Account.of(arrivals, span.from(), span.to());
        costs.put(sample, "endpoints-" + endpoints + "-", events);
        if (account.lost() > 0 || account.strange() > 0) {
            sample.fault(endpoints + " endpoints: " + account);
        }
        return Drain.of(arrivals, begunAt).perSecond();
    }

    private static void limit(JsonNode parameters, Sample sample) {
        var time = Duration.ofMillis(parameters.path("limit-ms").asLong(4_000));
        for (int endpoints : counts(parameters)) {
            try (var receiver = Receiver.start(Manners.GOOD)) {
                var targets = new ArrayList<URI>();
                for (int i = 0; i < endpoints; i++) {
                    targets.add(URI.create(receiver.url("ok", i)));
                }
                int connections = Math.min(MOST_CONNECTIONS, endpoints * CONNECTIONS_EACH);
                put(
                        sample,
                        endpoints,
                        LimitLoop.perSecond(targets, connections, EventData.blank(dataBytes(parameters)), time, time));
            }
        }
    }

    /// The last one is what counts.
    private static void put(Sample sample, int endpoints, double perSecond) {
        sample.put("endpoints-" + endpoints + "-deliveries-per-s", perSecond);
        sample.put("deliveries-per-s", perSecond);
        sample.point("deliveries-per-s over endpoints", endpoints, perSecond);
    }

    private static List<Integer> counts(JsonNode parameters) {
        var counts = new ArrayList<Integer>();
        parameters.required("endpoints").forEach(count -> counts.add(count.asInt()));
        return counts;
    }

    private static int dataBytes(JsonNode parameters) {
        return parameters.path("data-bytes").asInt(256);
    }
}
