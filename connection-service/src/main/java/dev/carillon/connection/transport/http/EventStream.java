package dev.carillon.connection.transport.http;

import com.google.protobuf.ByteString;
import dev.carillon.connection.api.EventJson;
import dev.carillon.connection.feed.Catchup;
import dev.carillon.connection.feed.Feed;
import dev.carillon.connection.feed.Publication;
import dev.carillon.connection.feed.Subscriber;
import dev.carillon.connection.feed.Subscription;
import dev.carillon.contract.Position;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One client that reads channels as server-sent events.
///
/// What comes from the channels waits in a queue: until all of them are subscribed, because only then there is
/// a cursor that holds for all, and while the socket is full. Live events that wait are bounded by bytes;
/// whoever reads too slowly is cut off, comes back with its cursor, and gets the rest from the log. What was
/// recovered at the start is in memory anyway, and is not counted.
///
/// Confined to the connection's event loop.
final class EventStream {

    /// What an operator allows.
    ///
    /// @param capacity how many bytes of live events may wait
    /// @param retry how long an `EventSource` is told to wait before it comes back
    record Bounds(long capacity, Duration retry) {}

    /// Why a stream is over.
    enum Ending {
        /// The client went away.
        LEFT,
        /// It was ended in good order.
        FINISHED,
        /// The client did not read fast enough.
        SLOW
    }

    /// What is to be written next.
    private sealed interface Step {

        /// @param counted bytes that this step adds to what waits
        record Event(int channel, String epoch, Publication publication, int counted) implements Step {}

        /// The channel is seen up to here, with nothing to write.
        record Seen(int channel, Position position) implements Step {}

        /// Events before the position are lost for this client.
        record Gap(int channel, Position position) implements Step {}
    }

    /// Frames are handed to the socket in pieces of about this many bytes.
    private static final int PIECE = 64 * 1024;

    private final Context context;
    private final HttpServerResponse response;
    private final StreamCursor cursor;
    private final Bounds bounds;
    private final Consumer<Ending> onEnd;
    private final List<Position> positions;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Set<Integer> awaited = new HashSet<>();
    private final Queue<Step> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean scheduled;
    private boolean begun;
    private boolean quiet = true;
    private boolean ended;

    /// @param context of the connection's event loop
    /// @param onEnd called once, when nothing more will be written
    EventStream(
            Context context, HttpServerResponse response, StreamCursor cursor, Bounds bounds, Consumer<Ending> onEnd) {
        this.context = context;
        this.response = response;
        this.cursor = cursor;
        this.bounds = bounds;
        this.onEnd = onEnd;
        var nowhere = new Position("", 0);
        this.positions =
                new ArrayList<>(cursor.channels().stream().map(_ -> nowhere).toList());
    }

    /// Subscribes to all channels and begins to write.
    ///
    /// @param since one position per channel in the cursor's order, or null for from now on
    void open(Feed feed, @Nullable List<Position> since) {
        response.closeHandler(_ -> end(Ending.LEFT));
        response.exceptionHandler(_ -> end(Ending.LEFT));
        response.drainHandler(_ -> write());
        var channels = cursor.channels();
        for (int i = 0; i < channels.size(); i++) {
            awaited.add(i);
        }
        for (int i = 0; i < channels.size(); i++) {
            var from = since == null ? null : since.get(i);
            subscriptions.add(feed.subscribe(channels.get(i), from, new Reader(i, from)));
        }
    }

    /// Writes a comment if nothing else was written since the last call.
    void beat() {
        if (begun && quiet && !ended && !response.writeQueueFull()) {
            response.write(": \n\n");
        }
        quiet = true;
    }

    /// Ends the stream in good order; the client comes back with its cursor.
    void finish(String comment) {
        if (!ended) {
            // Even a stream that could not begin answers 200: browsers come back to those only.
            response.end((begun ? "" : hello()) + ": " + comment + "\n\n");
            end(Ending.FINISHED);
        }
    }

    private void end(Ending ending) {
        if (!ended) {
            ended = true;
            subscriptions.forEach(Subscription::cancel);
            waiting.clear();
            onEnd.accept(ending);
        }
    }

    /// One channel's subscriber.
    private final class Reader implements Subscriber {
        private final int channel;
        private final @Nullable Position since;
        private String epoch = "";

        Reader(int channel, @Nullable Position since) {
            this.channel = channel;
            this.since = since;
        }

        @Override
        public void subscribed(Catchup catchup) {
            epoch = catchup.position().epoch();
            if (since != null && !catchup.recovered()) {
                positions.set(channel, since);
                waiting.add(new Step.Gap(channel, catchup.position()));
            } else {
                catchup.entries().forEach(entry -> waiting.add(new Step.Event(channel, epoch, entry, 0)));
                positions.set(channel, since == null ? catchup.position() : new Position(epoch, since.offset()));
                waiting.add(new Step.Seen(channel, catchup.position()));
            }
            awaited.remove(channel);
            writeSoon();
        }

        @Override
        public void publication(Publication publication) {
            int size = publication.event().data().size() + 256;
            waiting.add(new Step.Event(channel, epoch, publication, size));
            waitingBytes += size;
            writeSoon();
            if (waitingBytes > bounds.capacity()) {
                write();
            }
            if (waitingBytes > bounds.capacity() && !ended) {
                // Not in good order: what waits in the socket would stay as long as the client likes.
                end(Ending.SLOW);
                response.reset();
            }
        }

        @Override
        public void broken(Position top) {
            epoch = top.epoch();
            waiting.add(new Step.Gap(channel, top));
            writeSoon();
        }

        @Override
        public void failed(Failure failure) {
            finish("a channel is not available at the moment");
        }
    }

    /// Everything that comes within one turn of the loop leaves together.
    private void writeSoon() {
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(_ -> {
                scheduled = false;
                write();
            });
        }
    }

    private void write() {
        while (!ended && awaited.isEmpty() && (!begun || !waiting.isEmpty()) && !response.writeQueueFull()) {
            var frames = Buffer.buffer();
            if (!begun) {
                frames.appendString(hello());
            }
            while (!waiting.isEmpty() && frames.length() < PIECE) {
                append(frames, waiting.remove());
            }
            if (!begun) {
                // An id without data moves the cursor of a client that has not seen any event yet.
                begun = true;
                appendId(frames);
                frames.appendByte((byte) '\n');
            }
            quiet = false;
            response.write(frames);
        }
    }

    /// Says at once how to come back; it makes what stands between pass the head on, too.
    private String hello() {
        return ": ok\nretry: " + bounds.retry().toMillis() + "\n\n";
    }

    private void append(Buffer frames, Step step) {
        switch (step) {
            case Step.Event(int channel, var epoch, var publication, int counted) -> {
                waitingBytes -= counted;
                positions.set(channel, new Position(epoch, publication.offset()));
                appendId(frames);
                frames.appendString("data: ");
                appendBytes(frames, publication.as(EventJson.FRAMING));
                frames.appendString("\n\n");
            }
            case Step.Seen(int channel, var position) -> positions.set(channel, position);
            case Step.Gap(int channel, var position) -> {
                positions.set(channel, position);
                appendId(frames);
                frames.appendString("event: gap\ndata: ");
                appendBytes(frames, Json.gap(cursor.channels().get(channel), position));
                frames.appendString("\n\n");
            }
        }
    }

    private void appendId(Buffer frames) {
        frames.appendString("id: ").appendString(cursor.write(positions)).appendString("\n");
    }

    private static void appendBytes(Buffer frames, ByteString bytes) {
        frames.appendBytes(bytes.toByteArray());
    }
}
