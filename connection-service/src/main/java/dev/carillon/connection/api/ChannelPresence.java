package dev.carillon.connection.api;

import dev.carillon.connection.admission.Admission;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.connection.presence.Presences;
import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Who is in a channel. For backends, and for clients that may see it.
///
/// Runs on event loops and never blocks.
@Path("/v1/channels/{channel}/presence")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "key")
@SecurityRequirement(name = "token")
@Tag(name = "Presence")
public final class ChannelPresence {

    private final Admission admission;
    private final Namespaces namespaces;
    private final Presences presences;

    ChannelPresence(Admission admission, Namespaces namespaces, Presences presences) {
        this.admission = admission;
        this.namespaces = namespaces;
        this.presences = presences;
    }

    @GET
    @Operation(
            operationId = "presence",
            summary = "Who is in the channel",
            description =
                    "`complete` is false, and there are no items, when there are too many members to list, or when "
                            + "some of them are only counted.")
    @APIResponse(responseCode = "200", description = "items, clients, users, complete")
    @APIResponse(responseCode = "400", description = "Not a valid channel")
    @APIResponse(responseCode = "401", description = "Neither a valid token nor an API key")
    @APIResponse(responseCode = "403", description = "The channel is not open to the client, or not to the API key")
    @APIResponse(responseCode = "409", description = "The channel's namespace does not keep who is present")
    @APIResponse(responseCode = "503", description = "The channel's owner does not answer")
    public CompletionStage<Response> presence(
            @Parameter(description = "The channel's name, percent-encoded") @PathParam("channel") String name,
            @Context HttpHeaders headers) {
        var channel = Publishing.channel(name);
        return admission
                .read(RestCredentials.applicant(headers), Action.PRESENCE, channel)
                .thenCompose(_ -> members(channel))
                .thenApply(MemberAnswers::members);
    }

    private CompletionStage<InboxMessage.Members> members(Channel channel) {
        if (namespaces.of(channel).presence() != Namespace.Presence.MEMBERS) {
            throw ProblemException.of(ProblemType.CONFLICT, "the namespace does not keep who is present");
        }
        return presences.members(channel);
    }
}
