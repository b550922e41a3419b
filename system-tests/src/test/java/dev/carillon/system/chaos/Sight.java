package dev.carillon.system.chaos;

/// One thing that a subscriber was told about a channel, in the order in which it was told.
sealed interface Sight {

    String channel();

    /// An event.
    ///
    /// @param offset as told; 0 where events come without
    /// @param at milliseconds of the run's clock
    record Event(String channel, String key, long offset, long at) implements Sight {}

    /// "You have seen everything up to here."
    record Stand(String channel, long offset) implements Sight {}

    /// "What lies between your position and this one cannot be had" (`recovered: false`).
    ///
    /// @param at milliseconds of the run's clock
    record Gap(String channel, long offset, long at) implements Sight {}
}
