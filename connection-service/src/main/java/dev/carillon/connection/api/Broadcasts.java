package dev.carillon.connection.api;

import dev.carillon.connection.admission.Admission;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Events that go to several channels with one request.
///
/// Runs on event loops and never blocks.
@Path("/v1/events")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "key")
@SecurityRequirement(name = "token")
@Tag(name = "Events")
public final class Broadcasts {

    private final Admission admission;
    private final Publishing publishing;

    Broadcasts(Admission admission, Publishing publishing) {
        this.admission = admission;
        this.publishing = publishing;
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "broadcast",
            summary = "Publish the same to several channels",
            description = "The body is that of a publish. Each channel gets an event of its own. If one is not "
                    + "acknowledged, repeat with the same Idempotency-Key: what is published already stays as it is.")
    @APIResponse(responseCode = "202", description = "Published: items of id, channel and position")
    @APIResponse(responseCode = "400", description = "Not a valid channel, event or header")
    @APIResponse(responseCode = "401", description = "Neither a valid token nor an API key")
    @APIResponse(responseCode = "429", description = "The holder of the token publishes too fast")
    @APIResponse(responseCode = "413", description = "Data, tags, or the number of events are too large")
    @APIResponse(responseCode = "503", description = "The log did not acknowledge all of them")
    public CompletionStage<Response> broadcast(
            @Parameter(description = "One for each channel") @QueryParam("channel") List<String> names,
            @Context HttpHeaders headers,
            @RequestBody(required = true) byte[] body) {
        if (names.isEmpty()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "at least one channel is needed: ?channel=…");
        }
        var channels = names.stream().distinct().map(Publishing::writable).toList();
        var manner = Publishing.Manner.of(headers);
        return admission
                .publish(RestCredentials.applicant(headers), channels)
                .thenCompose(pass -> publishing.publish(events(channels, headers, body), manner.by(pass)))
                .thenApply(Answers::published);
    }

    private static List<Event> events(List<Channel> channels, HttpHeaders headers, byte[] body) {
        var contentType = headers.getHeaderString(HttpHeaders.CONTENT_TYPE);
        var now = Clock.systemUTC().instant();
        var events = new ArrayList<Event>();
        for (var channel : channels) {
            events.addAll(events(channel, contentType == null ? "" : contentType, headers, body, now));
        }
        return events;
    }

    private static List<Event> events(
            Channel channel, String contentType, HttpHeaders headers, byte[] body, Instant now) {
        var request = new EventReader.Request(channel, contentType, headers::getHeaderString, EventReader.bytes(body));
        return switch (EventReader.read(request, now)) {
            case EventReader.Content.One(var event) -> List.of(event);
            case EventReader.Content.Batch(var batch) -> batch;
        };
    }
}
