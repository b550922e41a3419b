package dev.carillon.system.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One process of the cluster, on a port that it keeps through all of its lives.
///
/// Safe for use by many threads; whoever strikes it holds [#strike] until it runs again.
final class Instance implements AutoCloseable {

    /// What it runs.
    enum Kind {
        NODE,
        OWNER,
        DISPATCHER,
        BROKER
    }

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private static final Duration STOP_TIME = Duration.ofMinutes(3);

    /// One life of it.
    ///
    /// @param told whether we ended it
    private record Life(Process process, AtomicBoolean told) {}

    final Kind kind;
    final String name;
    final int port;
    /// Held by whoever ends it or holds it up.
    final Semaphore strike = new Semaphore(1);

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final List<String> troubles = new CopyOnWriteArrayList<>();
    private @Nullable Life life;
    private boolean closed;

    Instance(Kind kind, String name, int port, List<String> command, Map<String, String> environment, Path logs) {
        this.kind = kind;
        this.name = name;
        this.port = port;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = logs.resolve(name + ".log");
    }

    synchronized void start() {
        if (closed || isAlive()) {
            return;
        }
        try {
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            var begun = new Life(builder.start(), new AtomicBoolean());
            life = begun;
            var _ = begun.process().onExit().thenAccept(ended -> {
                if (!begun.told().get()) {
                    troubles.add("%s ended by itself with %d, see %s".formatted(name, ended.exitValue(), log));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(name + " did not start", e);
        }
    }

    synchronized boolean isAlive() {
        return life != null && life.process().isAlive();
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        var ending = tell();
        if (ending != null) {
            ending.process().destroyForcibly().waitFor();
        }
    }

    /// SIGTERM; what does not end then is killed.
    void terminate() throws InterruptedException {
        var ending = tell();
        if (ending == null) {
            return;
        }
        ending.process().destroy();
        if (!ending.process().waitFor(STOP_TIME.toSeconds(), TimeUnit.SECONDS)) {
            troubles.add("%s did not stop within %s, see %s".formatted(name, STOP_TIME, log));
            ending.process().destroyForcibly().waitFor();
        }
    }

    /// SIGSTOP: it stands still, and everybody else has to find out.
    void freeze() throws InterruptedException {
        signal("-STOP");
    }

    /// SIGCONT: it goes on as if no time had passed.
    void thaw() throws InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws InterruptedException {
        var current = current();
        if (current == null) {
            return;
        }
        try {
            new ProcessBuilder("kill", signal, Long.toString(current.process().pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized @Nullable Life current() {
        return life;
    }

    private synchronized @Nullable Life tell() {
        if (life != null) {
            life.told().set(true);
        }
        return life;
    }

    /// Whether a service says that it is ready.
    boolean isReady() {
        try {
            var request = HttpRequest.newBuilder(url("/q/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /// What happened to it that nobody did to it.
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    @Override
    public String toString() {
        return name;
    }

    /// Ends it for good.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        var last = tell();
        if (last != null) {
            last.process().destroyForcibly().onExit().join();
        }
    }
}
