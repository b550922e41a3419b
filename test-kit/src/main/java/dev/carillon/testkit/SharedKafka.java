package dev.carillon.testkit;

import org.jspecify.annotations.Nullable;

/// The one broker per JVM.
///
/// Quarkus loads test classes, and with them this one, in class loaders that it closes between test profiles. A
/// broker born in one of those would lose its classes halfway. So whoever asks is sent on to this class as the
/// *application's* class loader knows it, and the broker's threads belong to that loader too.
///
/// Safe for use by many threads: one lock around the start.
public final class SharedKafka {
    private static @Nullable InVmKafka broker;

    private SharedKafka() {}

    static String bootstrapServers() {
        var application = ClassLoader.getSystemClassLoader();
        try {
            return (String) application
                    .loadClass(SharedKafka.class.getName())
                    .getMethod("startOnce")
                    .invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the in-VM Kafka did not start", e);
        }
    }

    /// For this class's own use across class loaders; tests call `InVmKafka.sharedBootstrapServers()`.
    public static synchronized String startOnce() {
        if (broker == null) {
            var thread = Thread.currentThread();
            var before = thread.getContextClassLoader();
            thread.setContextClassLoader(SharedKafka.class.getClassLoader());
            try {
                var started = InVmKafka.start();
                Runtime.getRuntime().addShutdownHook(new Thread(started::close, "in-vm-kafka-stop"));
                broker = started;
            } finally {
                thread.setContextClassLoader(before);
            }
        }
        return broker.bootstrapServers();
    }
}
