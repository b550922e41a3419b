package dev.carillon.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A line that a person would type into a terminal. Confined to the test's thread.
record Shell(Process process, Path output) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Starts a line and leaves it running.
    static Shell start(String line) throws IOException {
        var output = Files.createTempFile("shell", ".out");
        var process = new ProcessBuilder("bash", "-c", "exec " + line)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Shell(process, output);
    }

    /// Runs a line to its end; what it printed.
    static String run(String line) throws IOException, InterruptedException {
        try (var shell = start(line)) {
            if (!shell.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("still running: " + line);
            }
            return Files.readString(shell.output);
        }
    }

    void awaitSomething() {
        await().atMost(PATIENCE).until(() -> Files.size(output) > 0);
    }

    void awaitText(String text) {
        await(text).atMost(PATIENCE).until(() -> Files.readString(output).contains(text));
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(output);
    }
}
