package dev.carillon.connection.transport.stream;

import dev.carillon.connection.HttpProbe;

/// What the service under test counts.
final class Metrics {

    private static final HttpProbe HTTP = new HttpProbe();

    private Metrics() {}

    static int connections() {
        return HTTP.get("/q/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("carillon_connections ") || line.startsWith("carillon_connections{"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToInt(value -> (int) Double.parseDouble(value))
                .sum();
    }
}
