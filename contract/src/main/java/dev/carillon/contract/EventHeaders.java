package dev.carillon.contract;

/// The Kafka headers of records that carry events: the CloudEvents Kafka binding in binary mode, and Carillon's
/// own.
public final class EventHeaders {

    public static final String SPEC_VERSION = "ce_specversion";
    public static final String ID = "ce_id";
    public static final String TYPE = "ce_type";
    public static final String SOURCE = "ce_source";
    public static final String TIME = "ce_time";
    /// [MediaTypes#CLOUD_EVENT] marks a record in structured mode: its value is the whole CloudEvent as JSON.
    public static final String CONTENT_TYPE = "content-type";

    /// Labels of the event: a JSON object of strings.
    public static final String TAGS = "carillon-tags";

    /// The client that published: a Protobuf [Publisher].
    public static final String PUBLISHER = "carillon-publisher";

    /// Repeats with the same key on the same channel within five minutes are delivered once.
    public static final String IDEMPOTENCY_KEY = "carillon-idempotency-key";

    /// What a record means for the history of its channel: [#HISTORY_REMOVED] or [#HISTORY_SKIP].
    public static final String HISTORY = "carillon-history";

    /// With no value: no event, but the order to forget what the channel has before this record.
    public static final String HISTORY_REMOVED = "removed";

    /// With a value: an event for whoever listens, which nobody is given later.
    public static final String HISTORY_SKIP = "skip";

    /// On deliveries: the channel, and where in the log the event is (decimal numbers; offset as in
    /// [Position]).
    public static final String CHANNEL = "carillon-channel";

    public static final String LOG_EPOCH = "carillon-log-epoch";
    public static final String LOG_PARTITION = "carillon-log-partition";
    public static final String LOG_OFFSET = "carillon-log-offset";

    /// On dead letters: why, and which record it was.
    public static final String DEAD_REASON = "carillon-dead-reason";

    public static final String DEAD_TOPIC = "carillon-dead-topic";
    public static final String DEAD_PARTITION = "carillon-dead-partition";
    public static final String DEAD_OFFSET = "carillon-dead-offset";

    private EventHeaders() {}
}
