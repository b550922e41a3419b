package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.ChannelPattern;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.Durations;
import dev.carillon.kit.JsonMembers;
import dev.carillon.kit.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tokens for owners, to use the portal or the REST API with.
@Path("/v1/portal-tokens")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class PortalTokenResource {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int MAX_OWNER = 128;

    private final Doorkeeper doorkeeper;
    private final Clock clock = Clock.systemUTC();

    PortalTokenResource(Doorkeeper doorkeeper) {
        this.doorkeeper = doorkeeper;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response issue(@Nullable JsonNode body) {
        var members = JsonMembers.of(Requests.object(body));
        var owner = members.text("owner", MAX_OWNER);
        if (owner.isEmpty() && !members.isFaulty("/owner")) {
            members.fault("/owner", "must name an owner");
        }
        var life = life(members);
        var channels = channels(members);
        if (!members.faults().isEmpty()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "some of the request is not valid", members.faults());
        }
        if (!doorkeeper.tokens().isOpen()) {
            throw ProblemException.of(
                    ProblemType.CONFLICT, "there is no secret to sign tokens with: carillon.webhook.portal-secrets");
        }
        var now = clock.instant();
        var until = now.plus(life).truncatedTo(ChronoUnit.SECONDS);
        var answer = JSON.createObjectNode()
                .put("token", doorkeeper.tokens().issue(owner, channels, now, until))
                .put("owner", owner)
                .put("expiresAt", until.toString());
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(answer)
                .build();
    }

    private static Duration life(JsonMembers members) {
        var given = members.node("ttl");
        if (JsonMembers.isAbsent(given)) {
            return LIFE;
        }
        try {
            var life = Durations.parse(given);
            if (life.compareTo(SHORTEST) >= 0 && life.compareTo(LONGEST) <= 0) {
                return life;
            }
            members.fault("/ttl", "must be between 1 second and 7 days");
        } catch (IllegalArgumentException e) {
            members.fault("/ttl", String.valueOf(e.getMessage()));
        }
        return LIFE;
    }

    private static List<ChannelPattern> channels(JsonMembers members) {
        var texts = members.texts("channels");
        var channels = new ArrayList<ChannelPattern>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                channels.add(new ChannelPattern(texts.get(i)));
            } catch (IllegalArgumentException e) {
                members.fault("/channels/" + i, String.valueOf(e.getMessage()));
            }
        }
        return channels;
    }
}
