package dev.carillon.fanout.scan;

import dev.carillon.contract.Channel;

/// What is to be found in the log: the publications of a channel after one offset, up to and including another.
///
/// @param after offset as in positions
/// @param upTo offset as in positions; records after it are not looked at
/// @param enough the search may stop when it has found so many after `after`
/// @param removed up to this offset the channel's past was removed, as the owner knows, and is not found; 0
///     when it was not. A search that ends before the record that removed it could not see that by itself.
public record Search(int partition, Channel channel, long after, long upTo, int enough, long removed) {

    /// For a search that is to find everything.
    public static final int ALL = Integer.MAX_VALUE;
}
