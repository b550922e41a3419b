package dev.carillon.contract;

/// The Kafka headers that the dispatcher writes on deliveries, attempts and dead letters, beside
/// [EventHeaders]. Numbers are decimal text, times are milliseconds since 1970.
public final class DeliveryHeaders {

    /// How the delivery came about: `fresh` (the default), `retry` or `replay`.
    public static final String LANE = "carillon-lane";

    /// The number of the attempt to make, or on attempts of the one that was made; the first is 1.
    public static final String ATTEMPT = "carillon-attempt";

    /// Not to be attempted before; on attempts when the next one falls due, if there is one.
    public static final String DUE = "carillon-due";

    /// When the first attempt of this delivery was made.
    public static final String FIRST_AT = "carillon-first-at";

    /// The endpoint's revision at the last attempt.
    public static final String REVISION = "carillon-endpoint-revision";

    /// How often the delivery was put off without an attempt.
    public static final String MOVES = "carillon-moves";

    /// On attempts: which record was decided.
    public static final String SOURCE_TOPIC = "carillon-source-topic";

    public static final String SOURCE_OFFSET = "carillon-source-offset";

    /// On attempts: present when the record still waits in memory for its next attempt, which falls due then.
    public static final String OPEN_UNTIL = "carillon-open-until";

    /// On dead letters that mark another as replayed: which offset that one has.
    public static final String REPLAYED = "carillon-replayed";

    /// On retries, attempts and dead letters: the offset of the delivery that they go back to, in
    /// [Topics#DELIVERY_WEBHOOK] and the same partition.
    public static final String ORIGIN = "carillon-origin";

    /// On attempts: what came of the record, as in their JSON.
    public static final String OUTCOME = "carillon-outcome";

    /// On dead letters that mark another as purged: which offset that one has.
    public static final String PURGED = "carillon-purged";

    /// What asked for a replay.
    public static final String OPERATION = "carillon-operation";

    /// On dead letters: when it was given up, and what came of the last attempt.
    public static final String DEAD_AT = "carillon-dead-at";

    public static final String DEAD_DETAIL = "carillon-dead-detail";

    private DeliveryHeaders() {}
}
