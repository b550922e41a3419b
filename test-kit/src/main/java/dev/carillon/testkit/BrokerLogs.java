package dev.carillon.testkit;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Keeps a broker in the test's JVM from writing thousands of lines: its loggers say WARN and above.
final class BrokerLogs {
    static final List<String> CATEGORIES = List.of(
            "kafka", "org.apache.kafka", "state.change.logger", "io.kroxylicious.testing", "org.apache.zookeeper");

    /// Held on to, because java.util.logging forgets the level of a logger that nobody refers to.
    private static final List<Logger> LOGGERS =
            CATEGORIES.stream().map(Logger::getLogger).toList();

    private BrokerLogs() {}

    static void quiet() {
        LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
    }
}
