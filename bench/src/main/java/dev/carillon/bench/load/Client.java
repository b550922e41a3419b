package dev.carillon.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// One client of a swarm, over all of its connections. Confined to the swarm's loop.
final class Client implements Link.Owner, Conversation.Ear {

    private enum State {
        AWAY,
        COMING,
        LISTENING,
    }

    private final Swarm swarm;
    private final Conversation conversation;
    private final Sequences sequences = new Sequences();
    private State state = State.AWAY;
    private @Nullable Link link;
    private long came;
    private long now;

    Client(Swarm swarm, int number, Dialect dialect, String host) {
        this.swarm = swarm;
        this.conversation = dialect.converse(number, host, this);
    }

    /// @return whether it is on its way
    boolean connect(Loop loop, @Nullable InetSocketAddress source, InetSocketAddress server) {
        came = System.nanoTime();
        try {
            link = new Link(loop, source, server, this);
        } catch (IOException e) {
            swarm.tally().fault(String.valueOf(e));
            return false;
        }
        state = State.COMING;
        return true;
    }

    /// Goes without a word, as one whose network is gone.
    void cut() {
        if (link != null) {
            link.cut();
            link = null;
        }
        state = State.AWAY;
    }

    boolean isListening() {
        return state == State.LISTENING;
    }

    @Override
    public void connected(Out out) {
        if (!conversation.recovers()) {
            sequences.forget();
        }
        conversation.connected(out);
    }

    @Override
    public void read(int bytes) {
        now = System.nanoTime();
        swarm.tally().read(bytes);
    }

    @Override
    public int take(byte[] in, int from, int to, Out out) {
        return conversation.take(in, from, to, out);
    }

    @Override
    public void lost() {
        over(0);
    }

    @Override
    public void listening() {
        if (state == State.COMING) {
            state = State.LISTENING;
            swarm.tally().joined(System.nanoTime() - came);
            swarm.joined();
        }
    }

    @Override
    public void message() {
        swarm.tally().message();
    }

    @Override
    public int heard(byte[] in, int from, int to) {
        var tally = swarm.tally();
        int count = 0;
        for (int at = Marker.find(in, from, to); at >= 0; at = Marker.find(in, at + Marker.WIDTH, to)) {
            tally.delivered(Marker.timeAt(in, at), now);
            note(tally, Marker.idAt(in, at));
            count++;
        }
        swarm.delivered(count);
        return count;
    }

    @Override
    public void recovered(byte[] in, int from, int to) {
        var tally = swarm.tally();
        int count = 0;
        for (int at = Marker.find(in, from, to); at >= 0; at = Marker.find(in, at + Marker.WIDTH, to)) {
            tally.recoveredOne();
            note(tally, Marker.idAt(in, at));
            count++;
        }
        swarm.delivered(count);
    }

    @Override
    public void fault(String what) {
        swarm.tally().fault(what);
    }

    @Override
    public void over(int code) {
        if (state == State.AWAY) {
            return;
        }
        swarm.tally().over(code);
        boolean listened = state == State.LISTENING;
        cut();
        swarm.left(this, listened);
    }

    private void note(Tally tally, long id) {
        long gap = sequences.note(id);
        if (gap != 0) {
            tally.sequence(gap);
        }
    }
}
