package dev.carillon.webhook.intake;

import dev.carillon.kit.KafkaClients;
import dev.carillon.webhook.attempt.Attempter;
import dev.carillon.webhook.command.OperationTable;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.endpoint.EndpointStore;
import dev.carillon.webhook.endpoint.EndpointTable;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The dispatcher itself: keeps an intake running, and starts a new one, with nothing but what Kafka holds,
/// whenever one is lost (another process took its place, or nobody knows whether a transaction was committed).
///
/// Works on a platform thread of its own. Safe for use by many threads.
public final class Engine implements AutoCloseable {

    /// The consumer group of all dispatchers, whose offsets say what is decided.
    public static final String GROUP = "webhook.dispatch";

    private static final Logger LOG = Logger.getLogger(Engine.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

    /// What every intake is made of.
    ///
    /// @param store writes what was found out about endpoints; it outlives the engine
    /// @param random for jitter; safe for use by many threads
    /// @param owned is told of every partition whose owner this process has become; must not wait
    public record Parts(
            KafkaClients clients,
            EndpointTable endpoints,
            EndpointStore store,
            Attempter attempter,
            Clock clock,
            RandomGenerator random,
            MeterRegistry registry,
            Consumer<Ownership> owned) {}

    private final EngineSettings settings;
    private final Parts parts;
    private final Meters meters;
    private final OperationTable operations;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicReference<@Nullable Intake> current = new AtomicReference<>();

    private Engine(EngineSettings settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
        this.meters = new Meters(parts.registry());
        this.operations = OperationTable.follow(parts.clients());
        this.thread = Thread.ofPlatform().name("webhook-intake").unstarted(this::run);
    }

    /// Starts to dispatch. All topics must be there, and the endpoint table caught up.
    public static Engine start(EngineSettings settings, Parts parts) {
        var engine = new Engine(settings, parts);
        engine.thread.start();
        return engine;
    }

    /// What operators asked for.
    public OperationTable operations() {
        return operations;
    }

    /// What it still waits for, for people; empty when it dispatches.
    public String pending() {
        if (!operations.caughtUp().isDone()) {
            return "the operations are not known yet";
        }
        var intake = current.get();
        return intake == null ? "the consumer group is not joined" : intake.pending();
    }

    /// Lets attempts in flight end, commits what is decided, and leaves the group.
    @Override
    public void close() {
        closing.countDown();
        var intake = current.get();
        if (intake != null) {
            intake.stop();
        }
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                LOG.warn("intake does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        operations.close();
    }

    private void run() {
        try {
            // What is cancelled must be known before anything is attempted.
            while (!operations.caughtUp().isDone()) {
                if (closing.await(20, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            do {
                runOnce();
            } while (!closing.await(1, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void runOnce() {
        try (var intake = new Intake(settings, parts, operations, meters)) {
            current.set(intake);
            if (closing.getCount() == 0) {
                intake.stop();
            }
            intake.run();
        } catch (FencedInstanceIdException | ProducerFencedException e) {
            LOG.errorf(
                    e,
                    "another process uses the instance name %s, which must be this one's alone",
                    settings.instance());
        } catch (RuntimeException e) {
            LOG.error("dispatching is interrupted and starts over from what is committed", e);
        } finally {
            current.set(null);
        }
    }
}
