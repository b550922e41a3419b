package dev.carillon.bench.webhook;

import java.util.ArrayList;
import java.util.List;

/// Every request that a receiver got, in order: columns of plain numbers, so that writing one down costs
/// nothing worth measuring. What was measured is read off afterwards.
///
/// Written by one thread; others read it when that one has let go of it.
final class Arrivals {

    private static final int BLOCK = 1 << 14;
    private static final int COLUMNS = 3;

    private final List<long[]> blocks = new ArrayList<>();
    private final List<int[]> facts = new ArrayList<>();
    private int size;

    /// @param at nanoseconds, as [System#nanoTime] counts
    /// @param due when the event was to be published, on the same clock
    /// @param isTaken whether it was answered with 2xx
    void add(int endpoint, boolean isTaken, long sequence, long due, long at) {
        int place = size % BLOCK;
        if (place == 0) {
            blocks.add(new long[BLOCK * COLUMNS]);
            facts.add(new int[BLOCK]);
        }
        var block = blocks.getLast();
        block[place * COLUMNS] = sequence;
        block[place * COLUMNS + 1] = due;
        block[place * COLUMNS + 2] = at;
        facts.getLast()[place] = endpoint << 1 | (isTaken ? 1 : 0);
        size++;
    }

    int size() {
        return size;
    }

    long sequence(int index) {
        return column(index, 0);
    }

    long due(int index) {
        return column(index, 1);
    }

    long at(int index) {
        return column(index, 2);
    }

    int endpoint(int index) {
        return fact(index) >> 1;
    }

    boolean isTaken(int index) {
        return (fact(index) & 1) == 1;
    }

    private long column(int index, int column) {
        return blocks.get(index / BLOCK)[index % BLOCK * COLUMNS + column];
    }

    private int fact(int index) {
        return facts.get(index / BLOCK)[index % BLOCK];
    }
}
