package dev.carillon.bench.load;

import java.util.Arrays;

/// Input that ended in the middle of something, kept until the rest comes. Takes no memory while there is none.
final class Carry {

    /// Takes what is whole.
    interface Eater {
        /// @return up to where it took
        int take(byte[] in, int from, int to);
    }

    private static final byte[] NOTHING = {};

    private byte[] held = NOTHING;
    private int size;

    void feed(byte[] in, int from, int to, Eater eater) {
        if (size == 0) {
            int eaten = eater.take(in, from, to);
            if (eaten < to) {
                add(in, eaten, to);
            }
            return;
        }
        add(in, from, to);
        drop(eater.take(held, 0, size));
    }

    /// Forgets as many bytes from its beginning.
    void drop(int bytes) {
        if (bytes == size) {
            clear();
        } else if (bytes > 0) {
            System.arraycopy(held, bytes, held, 0, size - bytes);
            size -= bytes;
        }
    }

    void add(byte[] in, int from, int to) {
        int needed = size + to - from;
        if (needed > held.length) {
            held = Arrays.copyOf(held, Math.max(needed, size == 0 ? needed : 2 * held.length));
        }
        System.arraycopy(in, from, held, size, to - from);
        size = needed;
    }

    /// In place of what there was; takes no new memory where there is room.
    void keep(byte[] in, int from, int to) {
        size = 0;
        if (to - from > held.length) {
            held = NOTHING;
        }
        add(in, from, to);
    }

    void clear() {
        held = NOTHING;
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    byte[] bytes() {
        return held;
    }

    int size() {
        return size;
    }
}
