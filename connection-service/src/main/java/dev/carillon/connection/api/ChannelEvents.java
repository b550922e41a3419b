package dev.carillon.connection.api;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.admission.Admission;
import dev.carillon.connection.admission.Pass;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.feed.Histories;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import jakarta.ws.rs.Consumes;
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
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The events of a channel: published by `POST`, read back by `GET`. For backends: both need an API key.
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
                    + "several in `application/cloudevents-batch+json`, published in their order.")
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
        var key = Publishing.idempotencyKey(headers.getHeaderString("Idempotency-Key"));
        return admission
                .publish(RestCredentials.applicant(headers), List.of(channel))
                .thenCompose(pass -> publish(content(channel, headers, body), pass, key));
    }

    private static EventReader.Content content(Channel channel, HttpHeaders headers, byte[] body) {
        var contentType = headers.getHeaderString(HttpHeaders.CONTENT_TYPE);
        var request = new EventReader.Request(
                channel, contentType == null ? "" : contentType, headers::getHeaderString, EventReader.bytes(body));
        return EventReader.read(request, Clock.systemUTC().instant());
    }

    private CompletionStage<Response> publish(EventReader.Content content, Pass pass, @Nullable String key) {
        return switch (content) {
            case EventReader.Content.One(var event) ->
                publishing.publish(event, pass, key).thenApply(Answers::published);
            case EventReader.Content.Batch(var events) ->
                publishing.publish(events, pass, key).thenApply(Answers::published);
        };
    }

    @GET
    @Operation(
            operationId = "history",
            summary = "A page of the channel's past",
            description =
                    "Pages go on from `next` until there is none. `complete` is false when something that belongs "
                            + "into the page is no longer remembered, or when `after` is of another epoch of the log.")
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
            @Parameter(description = "How many events at most; 0 for only the position") @QueryParam("limit") @Nullable
                    String limit,
            @Parameter(description = "Newest first; `after` then means before") @QueryParam("reverse") @Nullable
                    String reverse,
            @Context HttpHeaders headers) {
        var channel = Publishing.channel(name);
        var from = after == null ? null : position(after);
        int most = limit(limit);
        // One more than asked for tells whether there is more.
        int asked = most == 0 ? 0 : most + 1;
        boolean backwards = flag(reverse);
        return admission
                .read(RestCredentials.applicant(headers), Action.HISTORY, channel)
                .thenCompose(_ -> histories.page(channel, from, asked, backwards))
                .thenApply(page -> Answers.page(page, most));
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
