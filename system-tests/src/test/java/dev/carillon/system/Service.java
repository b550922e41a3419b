package dev.carillon.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One packaged service as a process of its own, on a port that stays the same when it is started again.
///
/// With `-Dcarillon.native=true` it is the native binary, otherwise the jar. Confined to the test's thread.
final class Service implements AutoCloseable {

    private static final Path PROJECT = Path.of(System.getProperty("carillon.project", ".."));
    private static final Path LOGS = Path.of("target", "logs");
    private static final Duration START_TIME = Duration.ofMinutes(2);
    private static final Duration STOP_TIME = Duration.ofMinutes(1);

    private final String module;
    private final String name;
    private final Map<String, String> environment;
    private final int port;
    private @Nullable Process process;

    Service(String module, String name, Map<String, String> environment) {
        this.module = module;
        this.name = name;
        this.environment = Map.copyOf(environment);
        this.port = freePort();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        try {
            Files.createDirectories(LOGS);
            var log = LOGS.resolve(name + ".log").toFile();
            var builder = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
            builder.environment().putAll(environment);
            builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
            builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " did not start", e);
        }
    }

    private List<String> command() throws IOException {
        var target = PROJECT.resolve(module).resolve("target");
        if (Boolean.getBoolean("carillon.native")) {
            try (var files = Files.list(target)) {
                var binary = files.filter(file -> file.toString().endsWith("-runner"))
                        .findAny()
                        .orElseThrow(() -> new IllegalStateException(module + " has no native binary: build it first"));
                return List.of(binary.toString());
            }
        }
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var jar = target.resolve("quarkus-app").resolve("quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(module + " is not packaged: build it first");
        }
        return List.of(java, "-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar", jar.toString());
    }

    void awaitReady() {
        await(name + " to be ready")
                .atMost(START_TIME)
                .pollInterval(Duration.ofMillis(100))
                .until(this::isReady);
    }

    boolean isReady() {
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException(name + " has died, see " + LOGS.resolve(name + ".log"));
        }
        return status("/q/health/ready") == 200;
    }

    private int status(String path) {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(url(path)).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException _) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    String socketUrl() {
        return "ws://127.0.0.1:" + port + "/connection/websocket";
    }

    /// Ends it with SIGTERM, as an operator would.
    void stop() {
        end(false);
    }

    /// Ends it with SIGKILL.
    void kill() {
        end(true);
    }

    private void end(boolean forcibly) {
        var running = process;
        if (running == null) {
            return;
        }
        if (forcibly) {
            running.destroyForcibly();
        } else {
            running.destroy();
        }
        try {
            if (!running.waitFor(STOP_TIME.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new IllegalStateException(name + " did not stop within " + STOP_TIME);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        process = null;
    }

    @Override
    public void close() {
        kill();
    }
}
