package dev.carillon.connection.api;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.admission.Admission;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.feed.Histories;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The events of a channel: published by `POST`, read back by `GET`, forgotten by `DELETE`. For backends: all
/// need an API key.
///
/// Runs on event loops and never blocks.
@Path("/v1/channels/{channel}/events")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "key")
@SecurityRequirement(name = "token")
@Tag(name = "Events")
public final class ChannelEvents {

    private final Admission admission;
    private final Publishing publishing;
    private final Histories histories;
    private final int maxPage;

    ChannelEvents(Admission admission, Publishing publishing, Histories histories, ConnectionConfig config) {
        this.admission = admission;
        this.publishing = publishing;
        this.histories = histories;
        this.maxPage = config.maxPage();
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "publish",
            summary = "Publish an event, or a batch of CloudEvents",
            description = "Answers once the log has the event for good. The body is the data (any media type), with "
                    + "CloudEvents attributes in `ce-…` headers; or a CloudEvent in `application/cloudevents+json`; or "
                    + "several in `application/cloudevents-batch+json`, published in their order. With "
                    + "`Carillon-History: skip` it is for whoever listens, and is given to nobody later.")
    @APIResponse(responseCode = "202", description = "Published: id, channel and position; for a batch, items of these")
    @APIResponse(responseCode = "400", description = "Not a valid channel, event or header")
    @APIResponse(responseCode = "401", description = "Neither a valid token nor an API key")
    @APIResponse(
            responseCode = "403",
            description = "API key or token are not good for this channel, or the namespace `carillon:` is reserved")
    @APIResponse(responseCode = "429", description = "The holder of the token publishes too fast")
    @APIResponse(responseCode = "413", description = "Data, tags or batch are too large")
    @APIResponse(
            responseCode = "503",
            description = "The log did not acknowledge; repeat with the same Idempotency-Key")
    public CompletionStage<Response> publish(
            @Parameter(description = "The channel's name, percent-encoded") @PathParam("channel") String name,
            @Context HttpHeaders headers,
            @RequestBody(required = true) byte[] body) {
        var channel = Publishing.writable(name);
        var manner = Publishing.Manner.of(headers);
        return admission
                .publish(RestCredentials.applicant(headers), List.of(channel))
                .thenCompose(pass -> publish(content(channel, headers, body), manner.by(pass)));
    }

    private static EventReader.Content content(Channel channel, HttpHeaders headers, byte[] body) {
        var contentType = headers.getHeaderString(HttpHeaders.CONTENT_TYPE);
        var request = new EventReader.Request(
                channel, contentType == null ? "" : contentType, headers::getHeaderString, EventReader.bytes(body));
        return EventReader.read(request, Clock.systemUTC().instant());
    }

    private CompletionStage<Response> publish(EventReader.Content content, Publishing.Manner manner) {
        return switch (content) {
            case EventReader.Content.One(var event) ->
                publishing.publish(event, manner).thenApply(Answers::published);
            case EventReader.Content.Batch(var events) ->
                publishing.publish(events, manner).thenApply(Answers::published);
        };
    }

    @GET
    @Operation(
            operationId = "history",
            summary = "A page of the channel's past",
            description =
                    "Pages go on from `next` until there is none. `complete` is false when something that belongs "
                            + "into the page is no longer remembered, or when `after` is of another epoch of the log. "
                            + "`since` begins with what the log got at that time or later: nothing of it is left out, and a "
                            + "few events that are older may be among it.")
    @APIResponse(responseCode = "200", description = "items, position, next (if there is more), complete")
    @APIResponse(responseCode = "400", description = "Not a valid channel, position or limit")
    @APIResponse(responseCode = "401", description = "Neither a valid token nor an API key")
    @APIResponse(responseCode = "403", description = "The channel is not open to the client, or not to the API key")
    @APIResponse(responseCode = "503", description = "The channel's owner does not answer")
    public CompletionStage<Response> history(
            @Parameter(description = "The channel's name, percent-encoded") @PathParam("channel") String name,
            @Parameter(description = "Position `epoch:offset` after which the page begins")
                    @QueryParam("after")
                    @Nullable
                    String after,
            @Parameter(
                            description =
                                    "Time (RFC 3339) with which the page begins, by when events came into the log; "
                                            + "instead of `after` and `reverse`")
                    @QueryParam("since")
                    @Nullable
                    String since,
            @Parameter(description = "How many events at most; 0 for only the position") @QueryParam("limit") @Nullable
                    String limit,
            @Parameter(description = "Newest first; `after` then means before") @QueryParam("reverse") @Nullable
                    String reverse,
            @Context HttpHeaders headers) {
        var channel = Publishing.channel(name);
        var from = after == null ? null : position(after);
        var begin = since == null ? null : time(since);
        int most = limit(limit);
        // One more than asked for tells whether there is more.
        int asked = most == 0 ? 0 : most + 1;
        boolean isBackward = flag(reverse);
        if (begin != null && (from != null || isBackward)) {
            throw BodyReader.fault("since", "goes neither with after nor with reverse");
        }
        return admission
                .read(RestCredentials.applicant(headers), Action.HISTORY, channel)
                .thenCompose(_ -> begin == null
                        ? histories.page(channel, from, asked, isBackward)
                        : histories.page(channel, begin, most + 1))
                .thenApply(page -> Answers.page(page, most));
    }

    @DELETE
    @KeyNeeded
    @Operation(
            operationId = "removeHistory",
            summary = "Forget the channel's past",
            description =
                    "Answers once the log has the order for good. From when the channel's owner reads it, nothing "
                            + "that was published before is given to anybody: not to who reads, nor to who recovers. Who listens "
                            + "goes on undisturbed. Repeating it, or doing it where nothing is remembered, is no error.")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "400", description = "Not a valid channel")
    @APIResponse(responseCode = "401", description = "No valid API key")
    @APIResponse(responseCode = "403", description = "The API key is not good for administration")
    @APIResponse(responseCode = "404", description = "The channel has no namespace")
    @APIResponse(responseCode = "503", description = "The log did not acknowledge; repeat")
    public CompletionStage<Response> remove(
            @Parameter(description = "The channel's name, percent-encoded") @PathParam("channel") String name) {
        return publishing.removeHistory(Publishing.channel(name)).thenApply(_ -> Response.noContent()
                .build());
    }

    private static Instant time(String text) {
        try {
            // A plus sign that is not percent-encoded arrives as a space.
            var time = OffsetDateTime.parse(text.replace(' ', '+'));
            if (time.getYear() >= 0 && time.getYear() <= 9999) {
                return time.toInstant();
            }
        } catch (DateTimeException _) {
            // Answered like a year that RFC 3339 has not.
        }
        throw BodyReader.fault("since", "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z");
    }

    private static Position position(String text) {
        try {
            return Position.parse(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(
                    ProblemType.INVALID_POSITION,
                    "the position is not valid",
                    List.of(new FieldFault("after", String.valueOf(e.getMessage()))));
        }
    }

    private int limit(@Nullable String text) {
        if (text == null) {
            return maxPage / 10;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 0 && limit <= maxPage) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // Answered like a number out of range.
        }
        throw BodyReader.fault("limit", "must be a number from 0 to " + maxPage);
    }

    private static boolean flag(@Nullable String text) {
        return switch (text) {
            case null -> false;
            case "true", "1", "" -> true;
            case "false", "0" -> false;
            default -> throw BodyReader.fault("reverse", "must be true or false");
        };
    }
}
