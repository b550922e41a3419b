package dev.carillon.connection.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// How many listeners of one channel each shard has. There are few shards, so a list is quickest.
///
/// Confined to the feed's thread.
final class ShardCounts {

    private final List<Shard> shards = new ArrayList<>(1);
    private final List<Integer> counts = new ArrayList<>(1);

    void add(Shard shard) {
        int at = shards.indexOf(shard);
        if (at < 0) {
            shards.add(shard);
            counts.add(1);
        } else {
            counts.set(at, counts.get(at) + 1);
        }
    }

    void remove(Shard shard) {
        int at = shards.indexOf(shard);
        if (at >= 0 && counts.get(at) > 1) {
            counts.set(at, counts.get(at) - 1);
        } else if (at >= 0) {
            shards.remove(at);
            counts.remove(at);
        }
    }

    void forEach(Consumer<Shard> call) {
        shards.forEach(call);
    }
}
