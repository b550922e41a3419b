package dev.carillon.connection.transport.http;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.admission.Admission;
import dev.carillon.connection.admission.Applicant;
import dev.carillon.connection.auth.HttpAccess;
import dev.carillon.connection.bound.OutboxCapacity;
import dev.carillon.connection.feed.Feed;
import dev.carillon.connection.session.Guest;
import dev.carillon.connection.session.Sessions;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import dev.carillon.kit.ProblemMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// `GET /v1/stream?channel=a&channel=b`: channels as server-sent events, for `EventSource` and curl.
///
/// Every event has an `id`, a cursor over all channels of the request; `Last-Event-ID` (or `?cursor=`) goes on
/// from there. For a single channel `?since=epoch:offset` goes on from a position. An event named `gap` says
/// that some of the past cannot be had any more; what follows comes after its position.
///
/// Runs on event loops and never blocks.
@Singleton
final class StreamRoute {

    private static final Logger LOG = Logger.getLogger(StreamRoute.class);
    private static final String PATH = "/v1/stream";
    private static final String ELSEWHERE = "please come back to another node";

    private final Admission admission;
    private final Sessions sessions;
    private final Feed feed;
    private final ConnectionConfig config;
    private final Vertx vertx;
    private final LoopStreams streams;
    private final MeterRegistry meters;

    StreamRoute(
            Admission admission,
            Sessions sessions,
            Feed feed,
            ConnectionConfig config,
            Vertx vertx,
            MeterRegistry meters) {
        this.admission = admission;
        this.sessions = sessions;
        this.feed = feed;
        this.config = config;
        this.vertx = vertx;
        this.streams = new LoopStreams(vertx, config.streamHeartbeat());
        meters.gauge("carillon.streams", streams, LoopStreams::count);
        this.meters = meters;
    }

    void register(@Observes Router router) {
        router.route(PATH).handler(this::handle);
    }

    /// What somebody asked for.
    ///
    /// @param since one position per channel in the cursor's order, or null for from now on
    private record Wish(StreamCursor cursor, @Nullable List<Position> since) {}

    private void handle(RoutingContext request) {
        try {
            if (!request.request().method().equals(HttpMethod.GET)) {
                request.response().putHeader("Allow", "GET");
                throw ProblemException.of(ProblemType.METHOD_NOT_ALLOWED, "a stream is opened with GET");
            }
            var applicant = applicant(request);
            admission.requireSomething(applicant);
            admit(request, applicant, wish(request));
        } catch (ProblemException e) {
            ProblemMapper.end(request, e);
        }
    }

    private static Applicant applicant(RoutingContext request) {
        var credentials = new HttpAccess.Credentials(
                request.request().getHeader("X-API-Key"),
                request.request().getHeader("Authorization"),
                query(request, "token"),
                request.request().getHeader("Cookie"));
        return new Applicant(credentials, request.request()::getHeader, false);
    }

    private void admit(RoutingContext request, Applicant applicant, Wish wish) {
        var context = vertx.getOrCreateContext();
        var _ = admission
                .listen(applicant, wish.cursor().channels())
                .whenComplete((ticket, failure) -> context.runOnContext(_ -> {
                    if (request.response().closed()) {
                        return;
                    }
                    switch (failure) {
                        case null -> open(request, wish, ticket);
                        case ProblemException problem -> ProblemMapper.end(request, problem);
                        default -> {
                            LOG.error("a stream cannot be opened", failure);
                            ProblemMapper.end(
                                    request, ProblemException.of(ProblemType.INTERNAL, "the stream cannot be opened"));
                        }
                    }
                }));
    }

    private void open(RoutingContext request, Wish wish, Admission.Ticket ticket) {
        var response = request.response();
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "private, no-cache, no-store, must-revalidate, max-age=0")
                .putHeader("X-Accel-Buffering", "no");
        var context = vertx.getOrCreateContext();
        var opened = new Opened();
        var bounds = new EventStream.Bounds(OutboxCapacity.of(config), config.streamRetry());
        var stream = new EventStream(context, response, wish.cursor(), bounds, opened::end);
        opened.begin(stream, ticket.until());
        if (sessions.isAccepting()) {
            stream.open(feed, wish.since());
        } else {
            if (request.request().version() != HttpVersion.HTTP_2) {
                response.putHeader("Connection", "close"); // else it would come back on the same one
            }
            stream.finish(ELSEWHERE);
        }
    }

    /// What has to be undone when a stream ends. Confined to its event loop.
    private final class Opened {
        private final Guest guest = () -> finish(ELSEWHERE);
        private @Nullable EventStream stream;
        private long expiry = -1;

        void begin(EventStream stream, @Nullable Instant expiresAt) {
            this.stream = stream;
            streams.add(stream);
            sessions.entered(guest);
            if (expiresAt != null) {
                var left = Duration.between(Clock.systemUTC().instant(), expiresAt);
                expiry = vertx.setTimer(Math.max(1, left.toMillis()), _ -> finish("the token has expired"));
            }
        }

        private void finish(String why) {
            if (stream != null) {
                stream.finish(why);
            }
        }

        void end(EventStream.Ending ending) {
            var reason = ending.name().toLowerCase(Locale.ROOT);
            meters.counter("carillon.streams.ended", "reason", reason).increment();
            vertx.cancelTimer(expiry);
            sessions.left(guest);
            if (stream != null) {
                streams.remove(stream);
            }
        }
    }

    private Wish wish(RoutingContext request) {
        var channels = channels(request.queryParam("channel"));
        var cursor = new StreamCursor(channels);
        var lastEventId = request.request().getHeader("Last-Event-ID");
        // A browser that comes back repeats its first URL: the header is newer.
        var text = lastEventId == null || lastEventId.isEmpty() ? query(request, "cursor") : lastEventId;
        if (text != null) {
            return new Wish(cursor, positions(cursor, text));
        }
        var since = query(request, "since");
        return new Wish(cursor, since == null ? null : List.of(position(channels, since)));
    }

    private List<Channel> channels(List<String> names) {
        var faults = new ArrayList<FieldFault>();
        var channels = new LinkedHashSet<Channel>();
        for (var name : names) {
            var fault = Channel.fault(name);
            if (fault.isEmpty()) {
                channels.add(new Channel(name));
            } else {
                faults.add(new FieldFault("channel", fault));
            }
        }
        if (!faults.isEmpty()) {
            throw ProblemException.of(ProblemType.INVALID_CHANNEL, "a channel name is not valid", faults);
        }
        if (channels.isEmpty() || channels.size() > config.maxChannels()) {
            throw fault("channel", "must be there 1 to " + config.maxChannels() + " times");
        }
        return List.copyOf(channels);
    }

    private static List<Position> positions(StreamCursor cursor, String text) {
        try {
            return cursor.read(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(ProblemType.INVALID_POSITION, String.valueOf(e.getMessage()));
        }
    }

    private static Position position(List<Channel> channels, String text) {
        if (channels.size() != 1) {
            throw fault("since", "is for one channel; use cursor for several");
        }
        try {
            return Position.parse(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(ProblemType.INVALID_POSITION, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String query(RoutingContext request, String name) {
        var values = request.queryParam(name);
        return values.isEmpty() || values.getFirst().isEmpty() ? null : values.getFirst();
    }

    private static ProblemException fault(String pointer, String detail) {
        return ProblemException.of(
                ProblemType.BAD_REQUEST, "the request is not valid", List.of(new FieldFault(pointer, detail)));
    }
}
