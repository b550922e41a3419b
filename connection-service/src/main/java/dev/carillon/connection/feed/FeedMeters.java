package dev.carillon.connection.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/// What the feed counts. Safe for use by many threads.
final class FeedMeters {

    private final AtomicInteger channels;
    private final Counter publications;
    private final Counter follows;
    private final Counter gaps;
    private final Counter repaired;
    private final Counter broken;
    private final Counter refused;
    private final Counter unreadable;

    FeedMeters(MeterRegistry registry) {
        this.channels = registry.gauge("carillon.feed.channels", new AtomicInteger());
        this.publications = registry.counter("carillon.feed.publications");
        this.follows = registry.counter("carillon.feed.follows");
        this.gaps = registry.counter("carillon.feed.gaps");
        this.repaired = registry.counter("carillon.feed.gaps.repaired");
        this.broken = registry.counter("carillon.feed.broken");
        this.refused = registry.counter("carillon.feed.refused");
        this.unreadable = registry.counter("carillon.feed.unreadable");
    }

    void channels(int change) {
        channels.addAndGet(change);
    }

    /// A publication came in the inbox.
    void heard() {
        publications.increment();
    }

    /// An interest row was written.
    void asked() {
        follows.increment();
    }

    /// Publications of a channel are missing, and are asked for.
    void gap() {
        gaps.increment();
    }

    /// Those came.
    void repaired() {
        repaired.increment();
    }

    /// A channel lost publications for good.
    void broken() {
        broken.increment();
    }

    /// A subscriber waited in vain.
    void refused() {
        refused.increment();
    }

    /// A record of the inbox could not be read.
    void unreadable() {
        unreadable.increment();
    }
}
