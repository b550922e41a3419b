package dev.carillon.webhook.delivery;

/// Where in the log the event of a delivery is.
///
/// @param epoch which log; see `Position`
/// @param partition of the log
/// @param offset as in `Position`: that of the record plus one
public record LogMark(String epoch, int partition, long offset) {}
