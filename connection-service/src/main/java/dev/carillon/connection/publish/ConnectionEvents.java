package dev.carillon.connection.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.Event;
import dev.carillon.contract.Lifecycle;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Publishes that clients connected and that they are gone, where that is switched on.
///
/// An event's id is made of the connection's, so that trying again publishes nothing twice. Of clients of a
/// node that was killed nobody knows that they are gone.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class ConnectionEvents {

    private static final Logger LOG = Logger.getLogger(ConnectionEvents.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int TRIES = 10;
    private static final int MAX_WAITING = 10_000;
    private static final Executor AGAIN = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final EventLog log;
    private final NodeIdentity node;
    private final boolean enabled;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    ConnectionEvents(EventLog log, NodeIdentity node, ConnectionConfig config) {
        this.log = log;
        this.node = node;
        this.enabled = config.lifecycleEvents();
    }

    /// A client is connected.
    public void opened(String client, String user) {
        publish(Lifecycle.CONNECTION_OPENED, "opened-" + client, client, user);
    }

    /// A client that was connected is gone.
    public void closed(String client, String user) {
        publish(Lifecycle.CONNECTION_CLOSED, "closed-" + client, client, user);
    }

    private void publish(Lifecycle what, String id, String client, String user) {
        if (enabled) {
            append(what.event(new Event.Id(id), Lifecycle.CONNECTIONS, Instant.now(), data(client, user)), TRIES);
        }
    }

    private void append(Event event, int tries) {
        var _ = log.append(event, event.id().value()).whenComplete((_, failure) -> {
            if (failure != null) {
                tryAgain(event, tries - 1);
            }
        });
    }

    private void tryAgain(Event event, int tries) {
        if (tries == 0 || !waiting.tryAcquire()) {
            LOG.debug("an event about a connection is not published");
            return;
        }
        AGAIN.execute(() -> {
            waiting.release();
            append(event, tries);
        });
    }

    private ByteString data(String client, String user) {
        var data =
                JSON.createObjectNode().put("client", client).put("user", user).put("node", node.name());
        try {
            return ByteString.copyFrom(JSON.writeValueAsBytes(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree always has a JSON form", e);
        }
    }
}
