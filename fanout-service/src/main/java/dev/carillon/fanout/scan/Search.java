package dev.carillon.fanout.scan;

import dev.carillon.contract.Channel;

/// What is to be found in the log: the publications of a channel after one offset, up to and including another.
///
/// @param after offset as in positions
/// @param upTo offset as in positions; records after it are not looked at
/// @param enough the search may stop when it has found so many after `after`
public record Search(int partition, Channel channel, long after, long upTo, int enough) {

    /// For a search that is to find everything.
    public static final int ALL = Integer.MAX_VALUE;
}
