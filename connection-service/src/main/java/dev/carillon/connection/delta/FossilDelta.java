package dev.carillon.connection.delta;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes patches in the format of the Fossil version control system, which client libraries apply.
///
/// ```
///   patch   = length "\n" { copy | insert } checksum ";"
///   copy    = length "@" offset ","        bytes of the source
///   insert  = length ":" bytes             bytes of its own
/// ```
///
/// The source is indexed by blocks of 16 bytes; a rolling hash over the target finds where one of them occurs,
/// and the match is extended to both sides. When the target is UTF-8, copies begin and end between characters,
/// so that a patch of text is text itself and can stand in JSON. A pure function.
public final class FossilDelta {

    private static final int BLOCK = RollingHash.BLOCK;

    /// How many blocks with the same hash are looked at, at one place.
    private static final int MAX_CANDIDATES = 250;

    /// A match of so many bytes is taken without looking a few bytes further for a longer one.
    private static final int LONG_MATCH = 128;

    /// A match of so many bytes is taken without looking at other blocks.
    private static final int GOOD_MATCH = 2_048;

    private final byte[] source;
    private final byte[] target;
    private final boolean text;
    private final PatchBuffer patch;

    /// Per slot of the hash the first block, and per block the next one in its slot; -1 for none.
    private final int[] firsts;

    private final int[] nexts;

    // The best match that was found at the place in hand.
    private int matchOffset;
    private int matchStart;
    private int matchLength;

    private FossilDelta(byte[] source, byte[] target, boolean text) {
        this.source = source;
        this.target = target;
        this.text = text;
        this.patch = new PatchBuffer(target.length);
        this.firsts = new int[Math.max(1, source.length / BLOCK)];
        this.nexts = new int[source.length / BLOCK];
    }

    /// The patch that makes `target` of `source`; null when it would not be smaller than the target itself.
    public static @Nullable ByteString between(ByteString source, ByteString target) {
        if (source.size() < BLOCK || target.size() < BLOCK) {
            return null;
        }
        return new FossilDelta(source.toByteArray(), target.toByteArray(), target.isValidUtf8()).make();
    }

    private @Nullable ByteString make() {
        index();
        patch.number(target.length).sign('\n');
        int done = 0;
        while (done < target.length && !patch.isFull()) {
            if (find(done)) {
                insert(done, matchStart);
                patch.number(matchLength).sign('@').number(matchOffset).sign(',');
                done = matchStart + matchLength;
            } else {
                insert(done, target.length);
                done = target.length;
            }
        }
        patch.number(checksum(target)).sign(';');
        return patch.finish();
    }

    private void index() {
        Arrays.fill(firsts, -1);
        for (int block = 0; block < nexts.length; block++) {
            int slot = RollingHash.at(source, block * BLOCK).slot(firsts.length);
            nexts[block] = firsts[slot];
            firsts[slot] = block;
        }
    }

    /// Looks for the next part of the target, from `done` on, that is worth a copy.
    private boolean find(int done) {
        if (target.length - done < BLOCK) {
            return false;
        }
        matchLength = 0;
        var hash = RollingHash.at(target, done);
        int end = target.length - BLOCK;
        for (int at = done; at <= end; at++) {
            boolean first = matchLength == 0;
            lookUp(firsts[hash.slot(firsts.length)], done, at);
            if (matchLength >= LONG_MATCH) {
                return true;
            }
            if (first && matchLength > 0) {
                // Where the source goes on after a change, one of the next 16 places meets one of its blocks.
                end = Math.min(end, at + BLOCK - 1);
            }
            if (at < end) {
                hash.roll(target[at + BLOCK]);
            }
        }
        return matchLength > 0;
    }

    private void lookUp(int first, int done, int at) {
        int block = first;
        for (int n = 0; block >= 0 && n < MAX_CANDIDATES && matchLength < GOOD_MATCH; n++) {
            consider(block * BLOCK, done, at);
            block = nexts[block];
        }
    }

    /// Keeps the match around a place of the source and one of the target, if it pays and is the longest.
    private void consider(int from, int done, int at) {
        int to = 0;
        while (from + to < source.length && at + to < target.length && source[from + to] == target[at + to]) {
            to++;
        }
        if (to < BLOCK) {
            return; // only the hash is the same
        }
        int back = 0;
        while (from - back > 0 && at - back > done && source[from - back - 1] == target[at - back - 1]) {
            back++;
        }
        int start = at - back;
        int end = at + to;
        if (text) {
            while (start < end && isInsideCharacter(start)) {
                start++;
            }
            while (end > start && isInsideCharacter(end)) {
                end--;
            }
        }
        int offset = from - at + start;
        int cost = PatchBuffer.digits(end - start) + PatchBuffer.digits(offset) + 2 + PatchBuffer.digits(start - done);
        if (end - start > cost && end - start > matchLength) {
            matchOffset = offset;
            matchStart = start;
            matchLength = end - start;
        }
    }

    private boolean isInsideCharacter(int place) {
        return place < target.length && (target[place] & 0xC0) == 0x80;
    }

    private void insert(int start, int end) {
        if (end > start) {
            patch.number(end - start).sign(':').bytes(target, start, end - start);
        }
    }

    /// The sum of the bytes taken as big-endian words of 32 bits, the last one filled up with zeros.
    static long checksum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xFF) << (24 - 8 * (i & 3));
        }
        return sum & 0xFFFF_FFFFL;
    }
}
