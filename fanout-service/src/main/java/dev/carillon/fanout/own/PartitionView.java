package dev.carillon.fanout.own;

/// An owned partition, for operators.
///
/// @param member which worker owns it
/// @param warm whether it is routed; otherwise its memory is being rebuilt, and the rest is 0
/// @param position the Kafka offset of the next event to route
/// @param lag events in the log that are still to route; -1 when not known
/// @param ringBytes about what its remembered publications take
public record PartitionView(
        int partition,
        String member,
        boolean warm,
        long position,
        long lag,
        int channels,
        int followers,
        long ringBytes) {}
