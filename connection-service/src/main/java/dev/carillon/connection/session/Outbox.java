package dev.carillon.connection.session;

import dev.carillon.contract.client.Frame;
import java.util.ArrayList;
import java.util.List;

/// What one client has still to get: frames that wait for the end of the loop's turn, and bytes that the
/// network has not taken yet. Bounded by bytes, both together.
///
/// Confined to the session's event loop.
final class Outbox {

    /// No peer has to take more messages at once than we do.
    private static final int MESSAGES_PER_FRAME = 1_000;

    private final long capacity;
    private List<Frame> waiting = new ArrayList<>(4);
    private long waitingBytes;
    private long writing;

    Outbox(long capacity) {
        this.capacity = capacity;
    }

    /// @return false when there is no room: the client reads too slowly
    boolean add(Frame frame) {
        if (waitingBytes + writing + frame.size() > capacity) {
            return false;
        }
        waiting.add(frame);
        waitingBytes += frame.size();
        return true;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void writeTo(Wire wire, Wire.Done done) {
        var frames = waiting;
        waiting = new ArrayList<>(4);
        waitingBytes = 0;
        for (int start = 0; start < frames.size(); start += MESSAGES_PER_FRAME) {
            int end = Math.min(frames.size(), start + MESSAGES_PER_FRAME);
            write(frames.subList(start, end), wire, done);
        }
    }

    private void write(List<Frame> frames, Wire wire, Wire.Done done) {
        long bytes = frames.stream().mapToLong(Frame::size).sum();
        writing += bytes;
        wire.write(frames, well -> {
            writing -= bytes;
            done.written(well);
        });
    }

    void clear() {
        waiting.clear();
        waitingBytes = 0;
    }
}
