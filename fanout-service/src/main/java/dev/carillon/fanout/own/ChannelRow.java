package dev.carillon.fanout.own;

/// A channel among others, for operators.
///
/// @param top see [ChannelView]
/// @param floor see [ChannelView]
/// @param ringSize how many publications are remembered
/// @param ringBytes about what they take
/// @param followers how many nodes follow it
public record ChannelRow(
        String channel, int partition, long top, long floor, int ringSize, long ringBytes, int followers) {}
