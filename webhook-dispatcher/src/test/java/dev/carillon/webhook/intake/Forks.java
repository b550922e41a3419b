package dev.carillon.webhook.intake;

import dev.carillon.testkit.InVmKafka;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/// Dispatchers in processes of their own, each by its instance name, that a test can kill. Confined to its
/// thread.
final class Forks implements AutoCloseable {

    private final InVmKafka kafka;
    private final String name;
    private final int endpointQueue;
    private final Map<String, Process> running = new HashMap<>();

    /// @param name of the log files in `target`
    Forks(InVmKafka kafka, String name, int endpointQueue) {
        this.kafka = kafka;
        this.name = name;
        this.endpointQueue = endpointQueue;
    }

    void start(String instance) {
        var java = ProcessHandle.current().info().command().orElse("java");
        var log = new File("target/" + name + "-" + instance + ".log");
        try {
            var process = new ProcessBuilder(
                            java,
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            EngineProcess.class.getName(),
                            kafka.bootstrapServers(),
                            instance,
                            Integer.toString(endpointQueue))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
            running.put(instance, process);
        } catch (IOException e) {
            throw new UncheckedIOException("no process", e);
        }
    }

    /// Kills one (SIGKILL), and starts another in its place.
    void kill(String instance) {
        var process = running.remove(instance);
        if (process == null) {
            throw new IllegalArgumentException("there is no " + instance);
        }
        process.destroyForcibly().onExit().join();
        start(instance);
    }

    @Override
    public void close() {
        running.values().forEach(Process::destroyForcibly);
        running.values().forEach(process -> process.onExit().join());
    }
}
