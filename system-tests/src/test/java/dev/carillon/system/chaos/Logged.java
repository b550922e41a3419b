package dev.carillon.system.chaos;

/// One record of the log, read when all is over: the order that everybody must have seen.
///
/// @param offset as in positions: that of the record plus one
record Logged(String channel, String key, long offset) {}
