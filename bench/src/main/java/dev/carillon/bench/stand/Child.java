package dev.carillon.bench.stand;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/// A server that was started here: a process with its log and what it uses.
///
/// Confined to one thread.
public final class Child implements AutoCloseable {

    private static final Duration START_TIME = Duration.ofMinutes(2);
    private static final Duration STOP_TIME = Duration.ofSeconds(20);
    private static final int POLL_MILLIS = 10;
    /// A line for each generation, whatever the collector calls it; none of these are metaspace.
    private static final Pattern HEAP_USED = Pattern.compile("total .*, used (\\d+)K");

    private final String name;
    private final Path log;
    private final Process process;
    private final Thread undertaker;
    private final long startedNanos = System.nanoTime();
    private long readyNanos = startedNanos;

    private Child(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.undertaker = new Thread(this::kill, "end-of-" + name);
        // Should this JVM be interrupted, its children must not stay.
        Runtime.getRuntime().addShutdownHook(undertaker);
    }

    /// @param environment on top of this process's own
    /// @param folder where its log goes
    public static Child start(String name, List<String> command, Map<String, String> environment, Path folder) {
        try {
            Files.createDirectories(folder);
            var log = folder.resolve(name + ".log");
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
            builder.environment().putAll(environment);
            return new Child(name, log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(name + " did not start", e);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    /// Waits until it is ready, and says why when it does not come to be.
    void await(BooleanSupplier ready) throws InterruptedException {
        long deadline = System.nanoTime() + START_TIME.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " is not ready, see " + log);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        readyNanos = System.nanoTime();
    }

    /// From its start until it was seen to be ready.
    public double readySeconds() {
        return (readyNanos - startedNanos) / 1e9;
    }

    public Usage usage() {
        return Usage.of(process.toHandle());
    }

    /// What is in use on the heap of a JVM after a full collection, in bytes.
    ///
    /// @throws IllegalStateException if it is no JVM
    public long liveHeapBytes() {
        jcmd("GC.run");
        var answer = jcmd("GC.heap_info");
        var used = HEAP_USED
                .matcher(answer)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .toArray();
        if (used.length == 0) {
            throw new IllegalStateException(name + " has no heap: " + answer);
        }
        return LongStream.of(used).sum() << 10;
    }

    private String jcmd(String... words) {
        try {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid())));
            command.addAll(List.of(words));
            var asked = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `kill -9`.
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /// SIGTERM, and SIGKILL for what does not end then.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIME.toSeconds(), TimeUnit.SECONDS)) {
                kill();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(undertaker);
        } catch (IllegalStateException _) {
            // The JVM is ending already.
        }
    }
}
