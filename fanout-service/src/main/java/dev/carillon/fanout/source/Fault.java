package dev.carillon.fanout.source;

import java.util.Locale;

/// Why a record of a source is no event; the values of a metric's tag.
enum Fault {
    /// Nothing stands where the channel should.
    NO_CHANNEL,
    /// What stands there is no name of a channel.
    INVALID_CHANNEL,
    /// What stands where the type should is too long.
    INVALID_TYPE,
    /// The value is to be read as JSON, and is none.
    NOT_JSON,
    /// Nothing stands where the data should.
    NO_DATA,
    /// It is larger than events may be.
    TOO_LARGE,
    /// Kafka refuses it for good.
    REFUSED,
    /// Anything else.
    UNREADABLE;

    String tag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
