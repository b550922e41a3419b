package dev.carillon.kit;

import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.MDC;

/// Facts for the log lines within a `try`: MDC fields, named in `TelemetryNames`, taken back at its end.
///
/// Confined to the thread that opened it.
public final class LogScope implements AutoCloseable {

    private final List<String> keys = new ArrayList<>(2);

    private LogScope() {}

    public static LogScope of(String key, Object fact) {
        return new LogScope().and(key, fact);
    }

    public LogScope and(String key, Object fact) {
        MDC.put(key, String.valueOf(fact));
        keys.add(key);
        return this;
    }

    @Override
    public void close() {
        keys.forEach(MDC::remove);
    }
}
