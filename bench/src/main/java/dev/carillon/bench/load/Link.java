package dev.carillon.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// One TCP connection. Confined to its loop.
final class Link implements Loop.Handler {

    /// Whose connection it is.
    interface Owner {
        void connected(Out out);

        /// What came, together with what was left of before.
        ///
        /// @return up to where it took
        int take(byte[] in, int from, int to, Out out);

        /// Something came.
        void read(int bytes);

        /// It is over, and not because the owner [cut][#cut()] it.
        void lost();
    }

    private final Loop loop;
    private final Owner owner;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Carry carry = new Carry();
    private final Carry unsent = new Carry();
    private final Carry.Eater eater = this::take;
    private boolean cut;

    /// @param source the address to come from, so that the ports of one do not run out
    Link(Loop loop, @Nullable InetSocketAddress source, InetSocketAddress target, Owner owner) throws IOException {
        this.loop = loop;
        this.owner = owner;
        channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            // Ends with a reset, so nothing stays behind that would hold its port for a minute.
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            if (source != null) {
                channel.bind(source);
            }
            channel.connect(target);
            key = loop.register(channel, SelectionKey.OP_CONNECT, this);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void ready(SelectionKey ready) {
        try {
            if (ready.isReadable()) {
                read();
            }
            if (!cut && ready.isValid() && ready.isWritable()) {
                resume();
            }
            if (!cut && ready.isValid() && ready.isConnectable()) {
                channel.finishConnect();
                ready.interestOps(SelectionKey.OP_READ);
                var out = loop.wire().out;
                owner.connected(out);
                flush();
            }
        } catch (IOException e) {
            lose();
        }
    }

    /// Writes bytes now, or as soon as they can be.
    void write(byte[] bytes, int from, int to) {
        if (cut) {
            return;
        }
        try {
            if (!unsent.isEmpty()) {
                unsent.add(bytes, from, to);
                return;
            }
            int written = channel.write(loop.wire().writing(bytes, from, to));
            if (written < to - from) {
                unsent.add(bytes, from + written, to);
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            lose();
        }
    }

    /// Ends it without a word.
    void cut() {
        cut = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that cannot be closed", e);
        }
    }

    private void read() throws IOException {
        var wire = loop.wire();
        int count;
        do {
            count = channel.read(wire.reading.clear());
            if (count < 0) {
                lose();
                return;
            }
            wire.reading.get(0, wire.read, 0, count);
            owner.read(count);
            carry.feed(wire.read, 0, count, eater);
            flush();
        } while (count == Wire.READ && !cut);
    }

    private int take(byte[] in, int from, int to) {
        return cut ? to : owner.take(in, from, to, loop.wire().out);
    }

    private void flush() {
        var out = loop.wire().out;
        if (out.size() > 0) {
            write(out.bytes(), 0, out.size());
            out.clear();
        }
    }

    private void resume() throws IOException {
        if (!unsent.isEmpty()) {
            int written = channel.write(loop.wire().writing(unsent.bytes(), 0, unsent.size()));
            unsent.drop(written);
        }
        if (unsent.isEmpty()) {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void lose() {
        if (!cut) {
            cut();
            loop.wire().out.clear();
            owner.lost();
        }
    }
}
