package dev.carillon.connection.api;

import dev.carillon.connection.ApiKeyConfig.Scope;
import dev.carillon.connection.auth.HttpAccess;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.connection.presence.Presences;
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
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// How many are in a channel. For backends: needs an API key.
///
/// Runs on event loops and never blocks.
@Path("/v1/channels/{channel}/presence-stats")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "key")
@Tag(name = "Presence")
public final class ChannelPresenceStats {

    private final HttpAccess access;
    private final Namespaces namespaces;
    private final Presences presences;

    ChannelPresenceStats(HttpAccess access, Namespaces namespaces, Presences presences) {
        this.access = access;
        this.namespaces = namespaces;
        this.presences = presences;
    }

    @GET
    @Operation(operationId = "presenceStats", summary = "How many clients and users are in the channel")
    @APIResponse(responseCode = "200", description = "clients, users")
    @APIResponse(responseCode = "400", description = "Not a valid channel")
    @APIResponse(responseCode = "401", description = "No valid API key")
    @APIResponse(responseCode = "409", description = "The channel's namespace keeps no presence")
    @APIResponse(responseCode = "503", description = "The channel's owner does not answer")
    public CompletionStage<Response> stats(
            @Parameter(description = "The channel's name, percent-encoded") @PathParam("channel") String name,
            @Context HttpHeaders headers) {
        var channel = Publishing.channel(name);
        access.require(RestCredentials.of(headers, null), Scope.READ, List.of(channel));
        if (namespaces.of(channel).presence() == Namespace.Presence.OFF) {
            throw ProblemException.of(ProblemType.CONFLICT, "the namespace keeps no presence");
        }
        return presences.counts(channel).thenApply(MemberAnswers::counts);
    }
}
