package dev.carillon.fanout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/// What fanout-service counts. Safe for use by many threads.
public final class FanoutMeters {

    private static final String EVENTS = "carillon.fanout.events";
    private static final String INBOX_SENDS = "carillon.fanout.inbox.sends";
    private static final String OUTCOME = "outcome";

    /// Events that were routed.
    public final Counter routed;

    /// Events dropped because of their idempotency key.
    public final Counter repeated;

    /// Channels whose past was removed.
    public final Counter removals;

    /// Records of the log, of follows or of queries that could not be read.
    public final Counter unreadable;

    /// Records that reached an inbox.
    public final Counter inboxSent;

    /// Records that did not: the chain rule makes the node ask again.
    public final Counter inboxLost;

    /// Deliveries that the log has.
    public final Counter deliveries;

    /// Deliveries that Kafka refuses for good, such as one that is too large.
    public final Counter deliveriesRefused;

    /// Follows that were answered.
    public final Counter follows;

    /// Queries that were answered.
    public final Counter queries;

    /// Passes over the log for what rings have forgotten.
    public final Counter scans;

    /// Records that those read.
    public final Counter scannedRecords;
    /// Members that came into channels, and that went from them, as it was told.
    public final Counter joined;

    public final Counter left;

    /// Partitions taken over.
    public final Counter takeovers;

    /// From the beginning of a take-over until the partition is routed.
    public final Timer takeoverTime;

    private final Timer followTime;

    /// Times that a partition did not go on where it was read, because of retention or because it was made
    /// anew.
    public final Counter truncated;

    /// Events that retention deleted before they were routed.
    public final Counter missed;

    /// Dead letters that could not be written; a log line names the place of each.
    public final Counter deadLost;

    public FanoutMeters(MeterRegistry registry) {
        this.routed = registry.counter(EVENTS, OUTCOME, "routed");
        this.repeated = registry.counter(EVENTS, OUTCOME, "repeated");
        this.removals = registry.counter(EVENTS, OUTCOME, "removal");
        this.unreadable = registry.counter(EVENTS, OUTCOME, "unreadable");
        this.inboxSent = registry.counter(INBOX_SENDS, OUTCOME, "sent");
        this.inboxLost = registry.counter(INBOX_SENDS, OUTCOME, "lost");
        this.deliveries = registry.counter("carillon.fanout.deliveries", OUTCOME, "written");
        this.deliveriesRefused = registry.counter("carillon.fanout.deliveries", OUTCOME, "refused");
        this.follows = registry.counter("carillon.fanout.follows");
        this.queries = registry.counter("carillon.fanout.queries");
        this.scans = registry.counter("carillon.fanout.scans");
        this.scannedRecords = registry.counter("carillon.fanout.scanned.records");
        this.joined = registry.counter("carillon.fanout.members", "change", "joined");
        this.left = registry.counter("carillon.fanout.members", "change", "left");
        this.takeovers = registry.counter("carillon.fanout.takeovers");
        this.truncated = registry.counter("carillon.fanout.truncations");
        this.missed = registry.counter(EVENTS, OUTCOME, "missed");
        this.deadLost = registry.counter("carillon.fanout.dead.lost");
        this.takeoverTime = registry.timer("carillon.fanout.takeover.time");
        this.followTime = registry.timer("carillon.fanout.follow.time");
    }

    /// A follow was answered so long after its node wrote it; clocks that disagree count as no time.
    public void followAnswered(long millis) {
        followTime.record(Duration.ofMillis(Math.max(0, millis)));
    }
}
