package dev.carillon.fanout.own;

import java.util.List;

/// What the owner knows about a channel, for operators.
///
/// @param top offset of its newest publication or removal; absent in effect (the floor) when none is known
/// @param floor everything after this offset is remembered
/// @param position how far the owner has read
/// @param ringSize how many publications are remembered
/// @param followers names of the nodes that follow it
public record ChannelView(
        String channel,
        int partition,
        String epoch,
        long top,
        long floor,
        long position,
        int ringSize,
        List<String> followers) {}
