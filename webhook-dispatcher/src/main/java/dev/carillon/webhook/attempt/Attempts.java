package dev.carillon.webhook.attempt;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.TelemetryNames;
import dev.carillon.kit.LogScope;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.decide.Outcome.Fault;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.Task;
import dev.carillon.webhook.endpoint.EndpointTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Runs attempts, each on a virtual thread of its own, and reports every one exactly once: its answer, or that
/// it outlived its deadline.
///
/// Safe for use by many threads. The report may come from any of them and must not wait.
public final class Attempts {

    private static final Logger LOG = Logger.getLogger(Attempts.class);

    /// What an attempt may take beyond its deadline before it is decided without it.
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final EndpointTable endpoints;
    private final Attempter attempter;
    private final Clock clock;
    private final Duration deadline;
    private final Predicate<Delivery> isCancelled;
    private final Consumer<Tried> report;
    private final Map<Task, Instant> running = new ConcurrentHashMap<>();

    /// @param isCancelled whether nobody wants a delivery any more; must not wait
    public Attempts(
            EndpointTable endpoints,
            Attempter attempter,
            Clock clock,
            Duration deadline,
            Predicate<Delivery> isCancelled,
            Consumer<Tried> report) {
        this.endpoints = endpoints;
        this.attempter = attempter;
        this.clock = clock;
        this.deadline = deadline;
        this.isCancelled = isCancelled;
        this.report = report;
    }

    public void start(Task task) {
        running.put(task, clock.instant());
        Thread.ofVirtual().name("attempt").start(() -> run(task));
    }

    public int running() {
        return running.size();
    }

    /// Decides what outlived its deadline: one attempt that never ends would hold its partition up for good.
    public void expire() {
        var now = clock.instant();
        running.forEach((task, since) -> {
            if (since.plus(deadline).plus(GRACE).isBefore(now)) {
                try (var _ =
                        LogScope.of(TelemetryNames.ENDPOINT_ID, task.delivery().endpoint())) {
                    LOG.warn("attempt outlived its deadline and is decided without it");
                }
                var outcome = new Outcome.Unreachable(Fault.TIMEOUT, "no answer before the deadline");
                end(new Tried(task, null, new Answer(outcome, 0, "", since, Duration.between(since, now))));
            }
        });
    }

    private void run(Task task) {
        var at = clock.instant();
        Tried tried;
        try {
            tried = attempt(task, at);
        } catch (RuntimeException e) {
            LOG.error("attempt failed on this side", e);
            tried = internal(task, at);
        }
        end(tried);
    }

    private void end(Tried tried) {
        if (running.remove(tried.task()) != null) {
            report.accept(tried);
        }
    }

    private Tried attempt(Task task, Instant at) {
        var delivery = task.delivery();
        var endpoint = find(delivery.endpoint());
        if (endpoint == null) {
            return without(task, null, new Outcome.Deleted(), at);
        }
        if (isCancelled.test(delivery)) {
            return without(task, endpoint, new Outcome.Withdrawn(), at);
        }
        if (!endpoint.state().enabled()) {
            return without(task, endpoint, new Outcome.Disabled(), at);
        }
        switch (endpoint.state().standing()) {
            case VERIFIED -> {}
            case UNVERIFIED -> {
                return without(task, endpoint, new Outcome.Unverified(), at);
            }
            case LAPSED -> {
                return without(task, endpoint, new Outcome.Disabled(), at);
            }
        }
        return new Tried(task, endpoint, attempter.attempt(endpoint, delivery.event()));
    }

    /// Fanout may have seen a new endpoint before this process did: only a table that is up to date tells that
    /// there is none.
    private @Nullable Endpoint find(String id) {
        var endpoint = endpoints.find(id);
        if (endpoint != null) {
            return endpoint;
        }
        try {
            endpoints.refresh().get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while endpoints are looked up", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("endpoints cannot be looked up", e);
        }
        return endpoints.find(id);
    }

    private static Tried without(Task task, @Nullable Endpoint endpoint, Outcome outcome, Instant at) {
        return new Tried(task, endpoint, new Answer(outcome, 0, "", at, Duration.ZERO));
    }

    private Tried internal(Task task, Instant at) {
        var outcome = new Outcome.Unreachable(Fault.INTERNAL, "the attempt failed on this side");
        return new Tried(task, null, new Answer(outcome, 0, "", at, Duration.between(at, clock.instant())));
    }
}
