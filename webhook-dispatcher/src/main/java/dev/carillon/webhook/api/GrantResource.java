package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Endpoint.Verification;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.verify.Consent;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/// The callback of the CloudEvents handshake: who was asked for its consent gives it here, later. The token in
/// the path is all that it needs; people may open it in a browser.
@Path(GrantResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class GrantResource {

    static final String PATH = "/v1/grants";

    private static final String GRANT = "{id: [A-Za-z0-9_-]+}/{token: [A-Za-z0-9_-]+}";
    private static final JsonMapper JSON = new JsonMapper();

    private final Endpoints endpoints;

    GrantResource(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    @GET
    @Path(GRANT)
    public ObjectNode get(
            @PathParam("id") String id,
            @PathParam("token") String token,
            @HeaderParam("WebHook-Allowed-Origin") @Nullable String origin,
            @HeaderParam("WebHook-Allowed-Rate") @Nullable String rate,
            @QueryParam("rate") @Nullable String rateInQuery) {
        return grant(id, token, origin, rate == null ? rateInQuery : rate);
    }

    @POST
    @Path(GRANT)
    @Consumes(MediaType.WILDCARD)
    public ObjectNode post(
            @PathParam("id") String id,
            @PathParam("token") String token,
            @HeaderParam("WebHook-Allowed-Origin") @Nullable String origin,
            @HeaderParam("WebHook-Allowed-Rate") @Nullable String rate,
            @QueryParam("rate") @Nullable String rateInQuery) {
        return grant(id, token, origin, rate == null ? rateInQuery : rate);
    }

    /// Tells the same of endpoints that there are not, and of tokens that are none.
    private ObjectNode grant(String id, String token, @Nullable String origin, @Nullable String rate) {
        var endpoint = endpoints.running().endpoints().find(id);
        if (endpoint == null
                || endpoint.settings().verification() != Verification.CLOUDEVENTS
                || !endpoints.isGrant(token, endpoint)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "nothing was asked for here");
        }
        if (endpoints.grantedLater(endpoint, origin, rate) instanceof Consent.Refused(var why)) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, why);
        }
        return JSON.createObjectNode().put("granted", true);
    }
}
