package dev.carillon.bench.load;

import java.util.Arrays;

/// Up to where one client has each stream. Confined to its loop.
final class Sequences {

    /// The publication was there already, or comes after a later one.
    static final long REPEATED = -1;

    private static final int EMPTY = -1;

    private int[] streams = {EMPTY, EMPTY};
    private long[] last = new long[2];
    private int used;

    /// How many of the stream are missing before this one. Of a stream that is new to the client, none is.
    long note(long id) {
        int stream = Marker.streamOf(id);
        long sequence = Marker.sequenceOf(id);
        int slot = slot(stream);
        if (streams[slot] == EMPTY) {
            add(stream, sequence);
            return 0;
        }
        long missing = sequence - last[slot] - 1;
        if (missing < 0) {
            return REPEATED;
        }
        last[slot] = sequence;
        return missing;
    }

    void forget() {
        Arrays.fill(streams, EMPTY);
        used = 0;
    }

    private void add(int stream, long sequence) {
        if (2 * used >= streams.length) {
            grow();
        }
        int slot = slot(stream);
        streams[slot] = stream;
        last[slot] = sequence;
        used++;
    }

    private void grow() {
        var oldStreams = streams;
        var oldLast = last;
        streams = new int[2 * oldStreams.length];
        last = new long[streams.length];
        Arrays.fill(streams, EMPTY);
        for (int i = 0; i < oldStreams.length; i++) {
            if (oldStreams[i] != EMPTY) {
                int slot = slot(oldStreams[i]);
                streams[slot] = oldStreams[i];
                last[slot] = oldLast[i];
            }
        }
    }

    private int slot(int stream) {
        int mask = streams.length - 1;
        int slot = ((stream * 0x9e3779b9) >>> 7) & mask;
        while (streams[slot] != stream && streams[slot] != EMPTY) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
