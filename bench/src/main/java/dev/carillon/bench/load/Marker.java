package dev.carillon.bench.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// What every publication carries, so that whoever receives it knows when it was meant to be sent and whether
/// one before it is missing: `~T` and 16 hexadecimal digits ([System#nanoTime()]), `#` and 16 more (the id),
/// `~`. None of it is ever escaped in JSON. All processes of a Linux machine share that clock. The time is the
/// *intended* one: a publisher that falls behind makes what it sends late, not invisible.
///
/// An id is a stream and a sequence number in it. A stream is what one lane of the publisher sends to one
/// channel: only there is the order of sending that of arrival.
public final class Marker {

    public static final int WIDTH = 36;
    static final int MAX_CHANNELS = 1 << 20;
    static final int MAX_LANES = 1 << 10;

    private static final int SEQUENCE_BITS = 34;
    private static final int TIME_AT = 2;
    private static final int ID_AT = 19;
    private static final byte EDGE = '~';
    private static final long EDGES = 0x7e7e7e7e7e7e7e7eL;
    private static final long LOW = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long NIBBLES = 0x0f0f0f0f0f0f0f0fL;
    private static final byte[] DIGITS = Ascii.bytes("0123456789abcdef");
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LITTLE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Marker() {}

    static long id(int channel, int lane, long sequence) {
        return (((long) channel * MAX_LANES + lane) << SEQUENCE_BITS) | sequence;
    }

    /// The part of an id that names its stream.
    static int streamOf(long id) {
        return (int) (id >>> SEQUENCE_BITS);
    }

    static int channelOf(long id) {
        return streamOf(id) / MAX_LANES;
    }

    static long sequenceOf(long id) {
        return id & ((1L << SEQUENCE_BITS) - 1);
    }

    public static void write(byte[] out, int at, long time, long id) {
        out[at] = EDGE;
        out[at + 1] = 'T';
        hex(out, at + TIME_AT, time);
        out[at + ID_AT - 1] = '#';
        hex(out, at + ID_AT, id);
        out[at + WIDTH - 1] = EDGE;
    }

    /// Where the first whole marker begins, or -1.
    public static int find(byte[] in, int from, int to) {
        int last = to - WIDTH;
        for (int at = edge(in, from, last); at >= 0; at = edge(in, at + 1, last)) {
            if (in[at + 1] == 'T' && in[at + ID_AT - 1] == '#' && in[at + WIDTH - 1] == EDGE) {
                return at;
            }
        }
        return -1;
    }

    public static long timeAt(byte[] in, int marker) {
        return number(in, marker + TIME_AT);
    }

    public static long idAt(byte[] in, int marker) {
        return number(in, marker + ID_AT);
    }

    /// The first edge up to and including `last`, which is far enough from the end for reading eight bytes
    /// there.
    private static int edge(byte[] in, int from, int last) {
        for (int at = from; at <= last; at += Long.BYTES) {
            long other = (long) LITTLE.get(in, at) ^ EDGES;
            long hits = (other - LOW) & ~other & HIGH;
            if (hits != 0) {
                int found = at + (Long.numberOfTrailingZeros(hits) >>> 3);
                return found <= last ? found : -1;
            }
        }
        return -1;
    }

    private static long number(byte[] in, int at) {
        return (eight(in, at) << 32) | eight(in, at + Long.BYTES);
    }

    private static long eight(byte[] in, int at) {
        long text = (long) BIG.get(in, at);
        return Long.compress((text & NIBBLES) + ((text >>> 6) & LOW) * 9, NIBBLES);
    }

    private static void hex(byte[] out, int at, long number) {
        for (int i = 0; i < 16; i++) {
            out[at + i] = DIGITS[(int) (number >>> (60 - 4 * i)) & 15];
        }
    }
}
