package dev.carillon.system.chaos;

import org.jspecify.annotations.Nullable;

/// One publish, as its publisher knows it.
///
/// @param key stands in the data and tells this event from all others
/// @param acknowledgedAt milliseconds of the run's clock; null when nobody ever said that it was accepted, so
///     that it may or may not be in the log
record Published(String key, String channel, @Nullable Long acknowledgedAt) {

    static Published acknowledged(String key, String channel, long at) {
        return new Published(key, channel, at);
    }

    static Published uncertain(String key, String channel) {
        return new Published(key, channel, null);
    }
}
