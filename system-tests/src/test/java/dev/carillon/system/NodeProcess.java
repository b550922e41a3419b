package dev.carillon.system;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A client in Node.js (`clients/*.mjs`): tells what it sees in JSON lines, is told what to do in words.
///
/// A reader thread collects the lines; the test's thread looks at them.
final class NodeProcess implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Path CLIENTS = Path.of(System.getProperty("carillon.clients", "clients"));
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final String name;
    private final Process process;
    private final PrintWriter words;
    private final Thread reader;
    private final List<JsonNode> lines = new CopyOnWriteArrayList<>();

    private NodeProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.words = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        this.reader = Thread.ofVirtual().name("lines-of-" + name).start(this::collect);
    }

    /// Starts a script with options, which it gets as one JSON argument.
    static NodeProcess start(String script, String name, Map<String, ?> options) {
        try {
            install();
            var builder = new ProcessBuilder("node", script, JSON.writeValueAsString(options))
                    .directory(CLIENTS.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            return new NodeProcess(name, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(name + " did not start", e);
        }
    }

    /// Brings the npm packages once; a marker tells that an installation was finished.
    private static synchronized void install() throws IOException {
        var wanted = Files.readString(CLIENTS.resolve("package.json"));
        var marker = CLIENTS.resolve("node_modules").resolve(".installed");
        if (Files.exists(marker) && Files.readString(marker).equals(wanted)) {
            return;
        }
        var npm = new ProcessBuilder("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent")
                .directory(CLIENTS.toFile())
                .inheritIO()
                .start();
        try {
            if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new IllegalStateException("npm install failed in " + CLIENTS.toAbsolutePath());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Files.writeString(marker, wanted);
    }

    private void collect() {
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void say(String word) {
        words.println(word);
    }

    /// All lines of a kind so far.
    List<JsonNode> lines(String kind) {
        return lines.stream()
                .filter(line -> line.path("kind").asText().equals(kind))
                .toList();
    }

    /// All lines of other kinds so far, to explain a failure.
    List<JsonNode> otherLines(String kind) {
        return lines.stream()
                .filter(line -> !line.path("kind").asText().equals(kind))
                .toList();
    }

    List<JsonNode> lines() {
        return List.copyOf(lines);
    }

    /// Waits for a line of that kind and returns the newest.
    JsonNode awaitLine(String kind) {
        return awaitLine(kind, _ -> true);
    }

    JsonNode awaitLine(String kind, Predicate<JsonNode> wanted) {
        await(name + " to say " + kind).atMost(PATIENCE).until(() -> lines(kind).stream()
                .anyMatch(wanted));
        return lines(kind).stream().filter(wanted).toList().getLast();
    }

    /// Waits until it ends by itself and returns all that it said.
    List<JsonNode> awaitEnd() {
        await(name + " to end").atMost(PATIENCE).until(() -> !process.isAlive() && !reader.isAlive());
        return lines();
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
