package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.List;

/// Puts encoded frames together, in one copy.
final class Frames {
    private Frames() {}

    static Frame join(List<Frame> frames, ByteString separator) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("frames is empty");
        }
        if (frames.size() == 1) {
            return frames.getFirst();
        }
        int size = separator.size() * (frames.size() - 1);
        for (var frame : frames) {
            size = Math.addExact(size, frame.size());
        }
        var joined = new byte[size];
        int at = 0;
        for (var frame : frames) {
            if (at > 0) {
                separator.copyTo(joined, at);
                at += separator.size();
            }
            frame.bytes().copyTo(joined, at);
            at += frame.size();
        }
        return new Frame(UnsafeByteOperations.unsafeWrap(joined));
    }
}
