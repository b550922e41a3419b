package dev.carillon.connection.transport.http;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.admission.Admission;
import dev.carillon.connection.admission.Applicant;
import dev.carillon.connection.api.RestCredentials;
import dev.carillon.connection.bound.OutboxCapacity;
import dev.carillon.connection.feed.Feed;
import dev.carillon.connection.session.Guest;
import dev.carillon.connection.session.Sessions;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Long poll, for clients that can do nothing better: they bring their positions, and get what came after.
///
/// Runs on event loops and never blocks.
@Path("/v1/poll")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "key")
@SecurityRequirement(name = "token")
@Tag(name = "Listening")
public final class PollResource {

    private final Admission admission;
    private final Sessions sessions;
    private final HeldPolls held;
    private final Feed feed;
    private final Vertx vertx;
    private final PollRequest.Bounds bounds;
    private final long maxBytes;

    PollResource(
            Admission admission,
            Sessions sessions,
            Feed feed,
            Vertx vertx,
            ConnectionConfig config,
            MeterRegistry meters) {
        this.admission = admission;
        this.sessions = sessions;
        this.held = new HeldPolls(config.maxHeldPolls());
        meters.gauge("carillon.polls.held", held, HeldPolls::count);
        this.feed = feed;
        this.vertx = vertx;
        this.bounds = new PollRequest.Bounds(config.maxChannels(), config.maxPollWait(), config.maxPage());
        this.maxBytes = OutboxCapacity.of(config);
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "poll",
            summary = "Wait for events of some channels",
            description = "The body is `{\"channels\": {name: {\"epoch\", \"offset\"} or null}, \"wait\": \"25s\", "
                    + "\"limit\": 100}`; null means from now on. Answers at once when there is something, else when "
                    + "something comes or the wait is over. The positions in the answer are for the next poll, on any "
                    + "node. Channels under `gaps` have lost events that can no longer be had. A crowded node holds no "
                    + "more polls: it answers at once, with an `interval` of seconds to wait before the next one.")
    @APIResponse(responseCode = "200", description = "items, channels (their positions), gaps, interval")
    @APIResponse(responseCode = "400", description = "The body is not a valid poll")
    @APIResponse(responseCode = "401", description = "Neither a valid token nor an API key")
    @APIResponse(responseCode = "403", description = "A channel is not open to the client, or not to the API key")
    @APIResponse(responseCode = "503", description = "A channel is not available at the moment")
    public CompletionStage<Response> poll(
            @QueryParam("token") @Nullable String token,
            @Context HttpHeaders headers,
            @Context RoutingContext request,
            @RequestBody(required = true) byte[] body) {
        var applicant = new Applicant(RestCredentials.of(headers, token), headers::getHeaderString, true);
        admission.requireSomething(applicant);
        var wish = PollRequest.parse(body, bounds);
        var visit = new Visit(wish, request);
        request.addEndHandler(_ -> visit.end());
        var _ = admission.listen(applicant, wish.channels().keySet()).whenComplete(visit::decided);
        return visit.answer;
    }

    /// One request, from when it came until its client has an answer or is gone. Confined to its event loop.
    private final class Visit {
        private final io.vertx.core.Context loop = vertx.getOrCreateContext();
        private final CompletableFuture<Response> answer = new CompletableFuture<>();
        private final PollRequest wish;
        private final RoutingContext request;
        private HeldPolls.@Nullable Admitted admitted;
        private @Nullable Poll poll;
        private @Nullable Guest guest;
        private boolean over;

        Visit(PollRequest wish, RoutingContext request) {
            this.wish = wish;
            this.request = request;
        }

        /// On any thread.
        void decided(Admission.@Nullable Ticket ticket, @Nullable Throwable failure) {
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else {
                loop.runOnContext(_ -> begin());
            }
        }

        private void begin() {
            if (over) {
                return;
            }
            var held = sessions.isAccepting() ? PollResource.this.held.admit(wish) : HeldPolls.sentAway(wish);
            var begun = new Poll(vertx, held, maxBytes);
            admitted = held;
            poll = begun;
            guest = begun::hurry;
            sessions.entered(guest);
            var _ = begun.start(feed).whenComplete((body, failure) -> {
                if (failure == null) {
                    answer.complete(answer(body, held.interval(), isToMove()));
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        }

        /// Whether the client would otherwise come back on the same connection to a node that is being left.
        private boolean isToMove() {
            return !sessions.isAccepting() && request.request().version() != HttpVersion.HTTP_2;
        }

        void end() {
            over = true;
            if (guest != null) {
                sessions.left(guest);
            }
            if (admitted != null && poll != null) {
                held.release(admitted);
                poll.cancel();
            }
            answer.cancel(false);
        }
    }

    private static Response answer(byte[] body, @Nullable Duration interval, boolean last) {
        var answer = Response.ok(body).header(HttpHeaders.CACHE_CONTROL, "no-store");
        if (last) {
            answer.header("Connection", "close");
        }
        return interval == null
                ? answer.build()
                : answer.header(HttpHeaders.RETRY_AFTER, interval.toSeconds()).build();
    }
}
