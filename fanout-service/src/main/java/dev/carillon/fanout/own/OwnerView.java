package dev.carillon.fanout.own;

/// Who owns a partition, for operators.
///
/// @param member the worker, by its instance; empty while nobody owns the partition
/// @param host where it is, as the broker sees it
/// @param committed the Kafka offset up to which everything was told
/// @param end the Kafka offset at which the log ends
/// @param lag events between the two
public record OwnerView(int partition, String member, String host, long committed, long end, long lag) {}
