package dev.carillon.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// One connection of a publisher. Confined to its loop.
final class Lane implements Link.Owner, PublishDialect.Ear {

    private final Publisher publisher;
    private final int number;
    private final InetSocketAddress server;
    private final PublishDialect.Reader reader;
    private final long[] sequences;
    private @Nullable Link link;
    private boolean busy;
    private long intended;

    Lane(Publisher publisher, int number, InetSocketAddress server, PublishDialect dialect) {
        this.publisher = publisher;
        this.number = number;
        this.server = server;
        this.reader = dialect.reader(this);
        this.sequences = new long[publisher.plan().channels().size()];
    }

    void connect() {
        try {
            link = new Link(publisher.loop(), null, server, this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void cut() {
        if (link != null) {
            link.cut();
        }
    }

    /// @param time when it was meant to be sent
    void send(Payload request, int channel, long time) {
        busy = true;
        intended = time;
        var bytes = request.bytes();
        for (int marker : request.markers()) {
            Marker.write(bytes, marker, time, Marker.id(channel, number, ++sequences[channel]));
        }
        if (link != null) {
            link.write(bytes, 0, bytes.length);
        }
    }

    @Override
    public void connected(Out out) {
        reader.connected(out);
        publisher.free(this);
    }

    @Override
    public int take(byte[] in, int from, int to, Out out) {
        return reader.take(in, from, to, out);
    }

    @Override
    public void read(int bytes) {
        // Answers are counted, not bytes.
    }

    @Override
    public void answered(int status) {
        if (!busy) {
            throw new IllegalStateException("an answer with status " + status + " to no request");
        }
        busy = false;
        publisher.run().answered(status, intended);
        publisher.free(this);
    }

    @Override
    public void lost() {
        if (busy) {
            busy = false;
            publisher.run().answered(0, intended);
        } else {
            publisher.gone(this);
        }
        connect();
    }
}
