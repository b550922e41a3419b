package dev.carillon.contract;

/// The keys of facts in logs (MDC), one spelling for all services. Metric names stand beside their meters'
/// owners.
public final class TelemetryNames {

    public static final String CHANNEL = "channel";
    public static final String CLIENT = "client";
    public static final String NODE = "node";
    public static final String PARTITION = "partition";
    public static final String ENDPOINT_ID = "endpoint";
    public static final String EVENT_ID = "event";
    public static final String ATTEMPT = "attempt";
    public static final String REASON = "reason";
    public static final String SOURCE = "source";

    private TelemetryNames() {}
}
