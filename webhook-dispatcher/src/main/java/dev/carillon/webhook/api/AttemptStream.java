package dev.carillon.webhook.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.webhook.access.Access;
import dev.carillon.webhook.live.AttemptTail;
import dev.carillon.webhook.live.Watcher;
import dev.carillon.webhook.live.Watcher.Entry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Attempts at one endpoint as server-sent events, as they are committed, whichever replica makes them. An
/// event `open` says from when on nothing is missed. Each stream waits on a virtual thread of its own.
@Path("/v1/endpoints/{id: [A-Za-z0-9_-]+}/attempts/stream")
@RunOnVirtualThread
public final class AttemptStream {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /// What is no attempt, or the end of one, is how deliveries are kept.
    private static final Set<String> SHOWN = Set.of("delivered", "failed", "paused", "cancelled", "dead", "expired");

    private final Endpoints endpoints;
    private final CurrentAccess access;
    private final AttemptTail tail;
    private final Clock clock = Clock.systemUTC();

    AttemptStream(Endpoints endpoints, CurrentAccess access, AttemptTail tail) {
        this.endpoints = endpoints;
        this.access = access;
        this.tail = tail;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Response stream(@PathParam("id") String id, @Context Request request, @Context RoutingContext exchange) {
        endpoints.get(id);
        var answer = Response.ok()
                .type(MediaType.SERVER_SENT_EVENTS)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no");
        if (request.getMethod().equals(HttpMethod.HEAD)) {
            return answer.build();
        }
        var admitted = access.get();
        var watcher = tail.watch(id);
        // Whoever goes says nothing: writing to them does not fail.
        exchange.addEndHandler(_ -> watcher.end());
        StreamingOutput output = out -> write(out, watcher, admitted);
        return answer.entity(output).build();
    }

    private void write(OutputStream out, Watcher watcher, Access admitted) throws IOException {
        try (watcher) {
            send(out, "event: open\ndata: {}\n\n");
            while (!watcher.isEnded() && isOpen(watcher.endpoint(), admitted)) {
                var entry = watcher.next(patience(admitted.until()));
                if (watcher.isEnded()) {
                    return;
                }
                if (entry == null) {
                    send(out, ": alive\n\n");
                } else if (isShown(entry)) {
                    send(out, "id: " + entry.id() + "\nevent: attempt\ndata: " + entry.json() + "\n\n");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOpen(String id, Access admitted) {
        var endpoint = endpoints.running().endpoints().find(id);
        var until = admitted.until();
        return endpoint != null
                && admitted.sees(endpoint)
                && (until == null || clock.instant().isBefore(until));
    }

    /// Until the next sign of life, or the end of the token.
    private Duration patience(@Nullable Instant until) {
        var left = until == null ? HEARTBEAT : Duration.between(clock.instant(), until);
        return left.compareTo(HEARTBEAT) < 0 ? left : HEARTBEAT;
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static boolean isShown(Entry entry) {
        try {
            return SHOWN.contains(JSON.readTree(entry.json()).path("outcome").asText());
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
