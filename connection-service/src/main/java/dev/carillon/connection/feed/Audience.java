package dev.carillon.connection.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Who listens to one channel on one event loop. Joining and leaving take the same short time however many
/// there are, also from within a call to one of them.
///
/// Confined to the shard's event loop.
final class Audience {

    private static final Logger LOG = Logger.getLogger(Audience.class);

    private final List<Listening> listeners = new ArrayList<>(2);
    private int calls;
    private boolean holes;

    void join(Listening listening) {
        listening.place(listeners.size());
        listeners.add(listening);
    }

    void leave(Listening listening) {
        if (calls > 0) {
            holes = true; // the call goes on over the list as it is, and passes over who is cancelled
            return;
        }
        var last = listeners.removeLast();
        if (last != listening) {
            listeners.set(listening.place(), last);
            last.place(listening.place());
        }
        listening.place(-1);
    }

    int size() {
        return listeners.size();
    }

    boolean isEmpty() {
        return listeners.isEmpty();
    }

    /// Calls everybody; one that throws does not keep it from the others.
    void tell(Consumer<Subscriber> call) {
        calls++;
        int present = listeners.size(); // whoever joins meanwhile hears the next one first
        for (int i = 0; i < present; i++) {
            var listening = listeners.get(i);
            if (!listening.isCancelled()) {
                tell(listening, call);
            }
        }
        if (--calls == 0 && holes) {
            close();
        }
    }

    static void tell(Listening listening, Consumer<Subscriber> call) {
        try {
            call.accept(listening.subscriber());
        } catch (RuntimeException e) {
            LOG.error("a subscriber failed, the others go on", e);
        }
    }

    private void close() {
        holes = false;
        listeners.removeIf(Listening::isCancelled);
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).place(i);
        }
    }
}
