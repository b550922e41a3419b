package dev.carillon.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A running `deploy/local/up`, on free ports, with its data in a folder. Confined to the test's thread.
final class Up implements AutoCloseable {
    private static final Path SCRIPT = Path.of(System.getProperty("carillon.project", ".."), "deploy", "local", "up")
            .toAbsolutePath();
    /// It may have to build, on a machine that is busy with other tests.
    private static final Duration START_TIME = Duration.ofMinutes(8);

    private static final Duration STOP_TIME = Duration.ofMinutes(3);

    /// How it ends what it has to say when it is ready.
    private static final String LAST_WORDS = "Ctrl-C stops everything.";

    private final Process process;
    private final Path output;
    private final Path errors;

    private Up(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /// With options after the ports, so that they win.
    static Up start(Path folder, String... options) throws IOException {
        var output = Files.createTempFile(folder, "up", ".out");
        var errors = Files.createTempFile(folder, "up", ".err");
        var command = new ArrayList<>(
                List.of(SCRIPT.toString(), "--data", folder.resolve("data").toString()));
        for (var option : List.of("--port", "--fanout-port", "--webhook-port", "--kafka-port")) {
            command.add(option);
            command.add(Integer.toString(freePort()));
        }
        command.addAll(List.of(options));
        var process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        return new Up(process, output, errors);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void awaitReady() {
        await("Carillon to be ready").atMost(START_TIME).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("up has ended: " + Files.readString(output) + errors());
            }
            return Files.readString(output).contains(LAST_WORDS);
        });
    }

    /// The lines to try, as printed.
    List<String> curlLines() throws IOException {
        return Files.readAllLines(output).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("curl "))
                .toList();
    }

    /// A line that reads back what the second of those published.
    String curlOfHistory() throws IOException {
        return curlLines().get(1).replaceFirst(" -H .*", "");
    }

    /// Ends it as Ctrl-C does; the processes that it had.
    List<ProcessHandle> stop() {
        var children = children();
        process.destroy();
        awaitExit();
        return children;
    }

    /// Kills the newest child that is a JVM, and waits until all is over; the processes that it had.
    List<ProcessHandle> killOneService() {
        var children = children();
        var jvms = children.stream().filter(Up::isJvm).toList();
        jvms.getLast().destroyForcibly();
        awaitExit();
        return children;
    }

    private static boolean isJvm(ProcessHandle child) {
        return child.info().command().orElse("").endsWith("/java");
    }

    private List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    /// A process that was told to end may be seen for a moment after the script.
    static void awaitEnd(List<ProcessHandle> processes) {
        await("all processes to end").atMost(STOP_TIME).until(() -> processes.stream()
                .noneMatch(ProcessHandle::isAlive));
    }

    void awaitExit() {
        await("up to end").atMost(STOP_TIME).until(() -> !process.isAlive());
    }

    int exitValue() {
        return process.exitValue();
    }

    List<String> errors() throws IOException {
        return Files.readAllLines(errors);
    }

    @Override
    public void close() {
        process.destroy();
        awaitExit();
    }
}
