package dev.carillon.fanout.own;

import dev.carillon.fanout.FanoutConfig;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.answer.Answerer;
import dev.carillon.fanout.route.EndpointIndex;
import dev.carillon.fanout.route.RingBudget;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A member of the group: one platform thread with its own consumer and producers, which alone touches the
/// memory of the partitions that it owns.
///
/// It is a member through one [Session] after another: a failure ends one and begins the next.
///
/// Other threads ask it through a queue, which it empties between two polls.
final class Worker {

    private static final Logger LOG = Logger.getLogger(Worker.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(16);
    private static final Duration CALM = Duration.ofSeconds(30);

    /// How the thread is to end.
    private enum Ending {
        /// Not yet.
        NONE,
        /// With everything committed, and a word to the group.
        CLEAN,
        /// As if the process had been killed.
        ABRUPT
    }

    /// What the workers of an instance share.
    ///
    /// @param ringBudget of the instance
    record Shared(
            FanoutConfig config,
            String epoch,
            MemberClients clients,
            EndpointIndex endpoints,
            Leases leases,
            Takeover.Sources sources,
            Answerer.Archive archive,
            FanoutMeters meters,
            RingBudget ringBudget) {}

    private final String name;
    private final Shared shared;
    private final Thread thread;
    private final Queue<Consumer<@Nullable Session>> questions = new ConcurrentLinkedQueue<>();
    private volatile Ending ending = Ending.NONE;
    private volatile String pending = "joining the group";
    private volatile Figures figures = Figures.NONE;
    private Duration again = AGAIN;

    /// @param name of the member, the same over restarts
    Worker(String name, Shared shared) {
        this.name = name;
        this.shared = shared;
        this.thread = Thread.ofPlatform().daemon().name("fanout-" + name).unstarted(this::run);
    }

    String name() {
        return name;
    }

    void start() {
        thread.start();
    }

    /// Asks something that only this thread may look at.
    ///
    /// @param question gets what is owned
    <T> CompletableFuture<T> ask(Function<Holdings, T> question) {
        var answer = new CompletableFuture<T>();
        questions.add(session -> {
            if (session == null) {
                answer.completeExceptionally(new IllegalStateException("not a member of the group at the moment"));
                return;
            }
            try {
                answer.complete(question.apply(session.holdings()));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /// Tells about a node; see [Leases].
    void tell(Leases.Verdict verdict) {
        questions.add(session -> {
            if (session != null) {
                session.apply(verdict);
            }
        });
    }

    /// What it waits for, for people; empty when every partition of its share is routed.
    String pending() {
        return pending;
    }

    /// What it holds, not older than a second while it works.
    Figures figures() {
        return figures;
    }

    /// Ends soon: acknowledged work is committed, and the group hears of it. Returns at once; see [#join()].
    void close() {
        ending = Ending.CLEAN;
        LockSupport.unpark(thread);
    }

    /// Ends as if killed: nothing is committed, nobody is told, what is in flight is dropped.
    void crash() {
        ending = Ending.ABRUPT;
        LockSupport.unpark(thread);
    }

    void join() {
        try {
            // By milliseconds, because this one is content with a thread that never started.
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (ending == Ending.NONE) {
            long joined = System.nanoTime();
            try (var session = new Session(name, shared, this::isCrashed)) {
                serve(session);
            } catch (RuntimeException e) {
                if (isCausedBy(FencedInstanceIdException.class, e)) {
                    // Joining again would throw the other one out in turn.
                    pending = "another process is member " + name + " of the group: set carillon.fanout.instance";
                    LOG.error(pending, e);
                    return;
                }
                pauseAfter(e, joined);
            }
        }
    }

    /// Ever longer while nothing but failures follows, so that others are not disturbed by each try.
    private void pauseAfter(RuntimeException fault, long joined) {
        if (System.nanoTime() - joined > CALM.toNanos()) {
            again = AGAIN;
        }
        if (isCausedBy(UnreleasedInstanceIdException.class, fault)) {
            pending = "waiting until the group forgets the process that was member " + name + " before";
            LOG.info(pending);
        } else {
            pending = "joining the group again after a failure";
            LOG.error("worker failed, joins again", fault);
        }
        if (ending == Ending.NONE) {
            LockSupport.parkNanos(again.toNanos());
        }
        again = again.multipliedBy(2).compareTo(LONGEST) < 0 ? again.multipliedBy(2) : LONGEST;
    }

    private void serve(Session session) {
        try {
            while (ending == Ending.NONE) {
                session.turn();
                answerQuestions(session);
                pending = session.pending();
                figures = session.figures();
            }
            if (ending == Ending.CLEAN) {
                session.leave();
            }
        } finally {
            pending = "joining the group";
            figures = Figures.NONE;
            answerQuestions(null);
        }
    }

    /// Kafka wraps what is thrown within a rebalance.
    private static boolean isCausedBy(Class<? extends KafkaException> kind, Throwable fault) {
        return kind.isInstance(fault) || kind.isInstance(fault.getCause());
    }

    private boolean isCrashed() {
        return ending == Ending.ABRUPT;
    }

    private void answerQuestions(@Nullable Session session) {
        for (var question = questions.poll(); question != null; question = questions.poll()) {
            question.accept(session);
        }
    }
}
