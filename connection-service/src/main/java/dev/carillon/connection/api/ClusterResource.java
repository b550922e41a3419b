package dev.carillon.connection.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.cluster.Cluster;
import dev.carillon.connection.cluster.Cluster.Gathered;
import dev.carillon.connection.cluster.Nodes;
import dev.carillon.contract.NodeCommand;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Connections, channels and nodes of the whole cluster, whichever node is asked.
///
/// What is to be done reaches every node; the answer says how many connections were touched, and by `complete`
/// whether all nodes answered in time (3 s). Whatever a silent node did is not counted.
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@KeyNeeded
@SecurityRequirement(name = "key")
@Tag(name = "Cluster")
public final class ClusterResource {

    private static final JsonMapper JSON = new JsonMapper();

    private final Cluster cluster;
    private final Nodes nodes;
    private final Duration drainPeriod;

    ClusterResource(Cluster cluster, Nodes nodes, ConnectionConfig config) {
        this.cluster = cluster;
        this.nodes = nodes;
        this.drainPeriod = config.drainPeriod();
    }

    @GET
    @Path("connections")
    @Operation(operationId = "connections", summary = "The connections of a user, on all nodes")
    @APIResponse(responseCode = "200", description = "items: client, user, node, channels; complete")
    public ObjectNode connections(@QueryParam("user") @Nullable String user) {
        if (user == null) {
            throw BodyReader.fault("user", "is missing");
        }
        var gathered = ask(new NodeCommand.Connections(user));
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        gathered.answers().values().forEach(one -> one.path("connections").forEach(items::add));
        return answer.put("complete", isComplete(gathered));
    }

    @POST
    @Path("connections:disconnect")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "disconnect",
            summary = "Close connections of a user",
            description =
                    "The body names `user`, `client` or `session` (all that are named must apply), and may name "
                            + "`except` (clients that stay) and `code` and `reason` (what clients are told; 3503 by default: do not return)")
    @APIResponse(responseCode = "200", description = "touched: how many; complete")
    public ObjectNode disconnect(@Nullable JsonNode body) {
        return touched(ask(new BodyReader(body).disconnect()));
    }

    @POST
    @Path("connections:subscribe")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "subscribeConnections",
            summary = "Subscribe connections of a user to a channel",
            description =
                    "`info` and `data` are any JSON; `override` has options that hold in place of the namespace's, "
                            + "such as `{\"presence\": {\"value\": true}}`")
    @APIResponse(responseCode = "200", description = "touched: how many; complete")
    public ObjectNode subscribe(@Nullable JsonNode body) {
        return touched(ask(new BodyReader(body).subscribe()));
    }

    @POST
    @Path("connections:unsubscribe")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "unsubscribeConnections", summary = "End subscriptions of a user's connections")
    @APIResponse(responseCode = "200", description = "touched: how many; complete")
    public ObjectNode unsubscribe(@Nullable JsonNode body) {
        return touched(ask(new BodyReader(body).unsubscribe()));
    }

    @POST
    @Path("connections:refresh")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "refreshConnections",
            summary = "Change when connections of a user expire, and what others see of it",
            description = "`expired: true` closes them so that they come back with a fresh token; else `expireAt` "
                    + "(RFC 3339), or nothing for never. `info`, any JSON, is what others see of the user from then on")
    @APIResponse(responseCode = "200", description = "touched: how many; complete")
    public ObjectNode refresh(@Nullable JsonNode body) {
        return touched(ask(new BodyReader(body).refresh()));
    }

    @GET
    @Path("channels")
    @Operation(
            operationId = "channels",
            summary = "Channels that somebody listens to, and how many do",
            description = "`pattern` is a glob. For looking around: it asks every node.")
    @APIResponse(responseCode = "200", description = "items: channel, subscribers; complete")
    public ObjectNode channels(@QueryParam("pattern") @DefaultValue("") String pattern) {
        var gathered = ask(new NodeCommand.Channels(pattern));
        var sums = subscribers(gathered);
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        sums.forEach(
                (channel, count) -> items.addObject().put("channel", channel).put("subscribers", count));
        return answer.put("complete", isComplete(gathered));
    }

    @GET
    @Path("nodes")
    @Operation(operationId = "nodes", summary = "The nodes and what they carry")
    @APIResponse(
            responseCode = "200",
            description = "items: node, startedAt, uptimeSeconds, accepting, connections, users, subscriptions, "
                    + "channels, process (cpu in per cent of a processor, rss in bytes); complete")
    public ObjectNode nodes() {
        var gathered = ask(new NodeCommand.Info());
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        new TreeMap<>(gathered.answers()).values().forEach(items::add);
        var silent = answer.putArray("silent");
        gathered.silent().stream().sorted().forEach(silent::add);
        return answer.put("complete", isComplete(gathered));
    }

    @POST
    @Path("nodes/{node: [^:/]+}:{call: drain|shed|accept}")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "releaseClients",
            summary = "Have clients of a node go to others, evenly over a time",
            description = "`drain`: all of them, and the node takes no new ones until `accept`. `shed`: the `share` "
                    + "(above 0, up to 1) of them. Over `period` (ISO 8601 or seconds), the drain period by default.")
    @APIResponse(responseCode = "200", description = "touched: how many will be moved")
    @APIResponse(responseCode = "404", description = "No node of that name lives")
    public ObjectNode release(@PathParam("node") String node, @PathParam("call") String call, @Nullable JsonNode body) {
        if (!nodes.lives(node)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "no node of that name lives");
        }
        var request = new BodyReader(body == null ? JSON.createObjectNode() : body);
        var action =
                switch (call) {
                    case "drain" -> request.drain(node, drainPeriod);
                    case "shed" -> request.shed(node, drainPeriod);
                    default -> request.accept(node, drainPeriod);
                };
        return touched(ask(action));
    }

    /// How many listen to each channel, over all nodes.
    static Map<String, Integer> subscribers(Gathered gathered) {
        var sums = new TreeMap<String, Integer>();
        for (var answer : gathered.answers().values()) {
            answer.path("channels")
                    .properties()
                    .forEach(one -> sums.merge(one.getKey(), one.getValue().asInt(), Integer::sum));
        }
        return sums;
    }

    private Gathered ask(NodeCommand.Action action) {
        return Stages.await(cluster.ask(action));
    }

    private static ObjectNode touched(Gathered gathered) {
        return JSON.createObjectNode().put("touched", gathered.sum("touched")).put("complete", isComplete(gathered));
    }

    private static boolean isComplete(Gathered gathered) {
        return gathered.silent().isEmpty()
                && gathered.answers().values().stream()
                        .allMatch(answer -> answer.path("complete").asBoolean(true));
    }
}
