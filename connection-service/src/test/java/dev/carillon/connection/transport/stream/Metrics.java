package dev.carillon.connection.transport.stream;

import dev.carillon.connection.HttpProbe;
import java.util.function.Predicate;

/// What the service under test counts.
final class Metrics {

    private static final HttpProbe HTTP = new HttpProbe();

    private Metrics() {}

    static int connections() {
        return sum(line -> line.startsWith("carillon_connections ") || line.startsWith("carillon_connections{"));
    }

    /// How many clients were let go because they did not read.
    static int slow() {
        return sum(line -> line.startsWith("carillon_connections_closed") && line.contains("code=\"slow\""));
    }

    private static int sum(Predicate<String> wanted) {
        return HTTP.get("/q/metrics")
                .response()
                .body()
                .lines()
                .filter(wanted)
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToInt(value -> (int) Double.parseDouble(value))
                .sum();
    }
}
