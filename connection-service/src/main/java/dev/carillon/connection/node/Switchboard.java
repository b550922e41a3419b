package dev.carillon.connection.node;

import com.google.protobuf.ByteString;
import dev.carillon.contract.InboxMessage;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// Connects what comes by requests of its own with the session on this node that it is for. A session is known
/// here by a secret, which only its client has been told: whoever knows it speaks for the client.
///
/// Safe for use by many threads.
@Singleton
public final class Switchboard {

    private static final Logger LOG = Logger.getLogger(Switchboard.class);
    private static final int SECRET_BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Connected> lines = new ConcurrentHashMap<>();

    Switchboard() {}

    /// The way to one session. Called on any thread, in the order in which frames are to be carried out.
    @FunctionalInterface
    public interface Line {
        void commands(ByteString frame);
    }

    /// A session's line, and the last number that came over it from each other node. What comes from other
    /// nodes is delivered by one thread.
    private record Connected(Line line, Map<String, Long> last) {}

    /// A name for a session that nobody can guess.
    public String newSecret() {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public void connect(String secret, Line line) {
        lines.put(secret, new Connected(line, new ConcurrentHashMap<>(0)));
    }

    public void disconnect(String secret) {
        lines.remove(secret);
    }

    /// Hands commands to a session.
    ///
    /// @return false when there is no such session here
    public boolean deliver(String secret, ByteString frame) {
        var connected = lines.get(secret);
        if (connected == null) {
            return false;
        }
        connected.line().commands(frame);
        return true;
    }

    /// Hands on what another node sent, unless it came before. Who asked is not told: an inbox has no way back.
    ///
    /// Called by one thread, in the order of the inbox.
    public void deliver(InboxMessage.Commands commands) {
        var connected = lines.get(commands.session());
        if (connected == null) {
            LOG.debug("commands for a session that is gone");
            return;
        }
        var last = connected.last().put(commands.from(), commands.number());
        if (last == null || last < commands.number()) {
            connected.line().commands(commands.commands());
        } else {
            connected.last().put(commands.from(), last);
        }
    }
}
