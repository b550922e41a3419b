package dev.carillon.connection.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.admission.Pass;
import dev.carillon.connection.auth.ClaimsReader;
import dev.carillon.connection.cluster.Cluster;
import dev.carillon.connection.feed.Histories;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.connection.presence.Presences;
import dev.carillon.connection.publish.Published;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.JsonText;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.Member;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.NodeCommand;
import dev.carillon.contract.Overrides;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.kit.ProblemException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The methods of [ServerApi].
///
/// Safe for use by many threads. Waits: for virtual threads.
@Singleton
final class ServerMethods {

    private static final int MAX_COMMANDS = 1_000;

    private final Publishing publishing;
    private final Histories histories;
    private final Presences presences;
    private final Namespaces namespaces;
    private final Cluster cluster;
    private final int maxPage;
    private final Map<String, Function<JsonNode, ObjectNode>> methods;

    ServerMethods(
            Publishing publishing,
            Histories histories,
            Presences presences,
            Namespaces namespaces,
            Cluster cluster,
            ConnectionConfig config) {
        this.publishing = publishing;
        this.histories = histories;
        this.presences = presences;
        this.namespaces = namespaces;
        this.cluster = cluster;
        this.maxPage = config.maxPage();
        this.methods = Map.ofEntries(
                Map.entry("publish", this::publish),
                Map.entry("broadcast", this::broadcast),
                Map.entry("batch", this::batch),
                Map.entry("history", this::history),
                Map.entry("history_remove", this::historyRemove),
                Map.entry("presence", this::presence),
                Map.entry("presence_stats", this::presenceStats),
                Map.entry("channels", this::channels),
                Map.entry("info", _ -> info()),
                Map.entry("disconnect", this::disconnect),
                Map.entry("subscribe", this::subscribe),
                Map.entry("unsubscribe", this::unsubscribe),
                Map.entry("refresh", this::refresh),
                Map.entry("rpc", _ -> {
                    throw new ServerApi.RefusedException(ErrorCode.METHOD_NOT_FOUND);
                }));
    }

    boolean knows(String method) {
        return methods.containsKey(method);
    }

    /// @param method one that it knows
    /// @return the result
    /// @throws ServerApi.RefusedException when it is refused
    /// @throws ProblemException when the request is not valid, or cannot be served now
    ObjectNode call(String method, JsonNode request) {
        var known = methods.get(method);
        if (known == null) {
            throw new ServerApi.RefusedException(ErrorCode.METHOD_NOT_FOUND);
        }
        return known.apply(request);
    }

    private ObjectNode publish(JsonNode request) {
        return position(Stages.await(append(request, request.path("channel").asText())));
    }

    /// To every channel by itself: one that fails does not keep it from the others.
    private ObjectNode broadcast(JsonNode request) {
        var channels = request.path("channels");
        if (!channels.isArray() || channels.isEmpty() || channels.size() > MAX_COMMANDS) {
            throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, "channels must be a list of 1 to 1000 names");
        }
        var appended = new ArrayList<Supplier<Published>>();
        channels.forEach(channel -> appended.add(begun(request, channel.asText())));
        var result = ServerApi.JSON.createObjectNode();
        var responses = result.putArray("responses");
        for (var one : appended) {
            var response = responses.addObject();
            try {
                response.set("result", position(one.get()));
            } catch (RuntimeException e) {
                response.set("error", ServerApi.error(e));
            }
        }
        return result;
    }

    /// Publishes, and gives what to wait for; that throws what is wrong.
    private Supplier<Published> begun(JsonNode request, String channel) {
        try {
            var stage = append(request, channel);
            return () -> Stages.await(stage);
        } catch (ServerApi.RefusedException | ProblemException e) {
            return () -> {
                throw e;
            };
        }
    }

    private ObjectNode batch(JsonNode request) {
        var commands = request.path("commands");
        if (!commands.isArray() || commands.size() > MAX_COMMANDS) {
            throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, "commands must be a list of up to 1000");
        }
        var result = ServerApi.JSON.createObjectNode();
        var replies = result.putArray("replies");
        for (var command : commands) {
            var reply = replies.addObject();
            var method = command.isObject() && command.size() == 1
                    ? command.properties().iterator().next()
                    : null;
            try {
                if (method == null || method.getKey().equals("batch")) {
                    throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, "a command names one method");
                }
                reply.set(method.getKey(), call(method.getKey(), method.getValue()));
            } catch (RuntimeException e) {
                reply.set("error", ServerApi.error(e));
            }
        }
        return result;
    }

    private CompletionStage<Published> append(JsonNode request, String name) {
        refuseVersion(request.path("version"));
        var channel = Publishing.writable(name);
        var text = request.path("idempotency_key").asText("");
        var key = Publishing.idempotencyKey(text.isEmpty() ? null : text);
        var id = key == null ? Event.Id.random() : new Event.Id(KeyedIds.of(channel, key));
        boolean kept = !request.path("skip_history").asBoolean();
        var manner = new Publishing.Manner(Pass.BACKEND, key, kept);
        return publishing.publish(event(id, request, channel), manner);
    }

    /// A publisher that counts on it to drop what is old must not think that it does.
    private static void refuseVersion(JsonNode version) {
        var text = version.asText("");
        if (!text.isEmpty() && !text.equals("0")) {
            throw new ServerApi.RefusedException(
                    ErrorCode.NOT_AVAILABLE, "version is not supported: use idempotency_key to have repeats dropped");
        }
    }

    private static Event event(Event.Id id, JsonNode request, Channel channel) {
        var data = data(request);
        var tags = new HashMap<String, String>();
        request.path("tags")
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        return new Event(
                id,
                Event.DEFAULT_TYPE,
                Event.DEFAULT_SOURCE,
                Clock.systemUTC().instant(),
                channel,
                JsonText.isJson(data) ? MediaTypes.JSON : "",
                data,
                tags,
                null);
    }

    private static ByteString data(JsonNode request) {
        if (request.path("b64data").asText("").isEmpty()) {
            if (!request.has("data")) {
                throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, "data is missing");
            }
            return ByteString.copyFromUtf8(request.path("data").toString());
        }
        return json(request, "data");
    }

    /// What is in `name`, or in base64 in `b64<name>`; empty when there is nothing.
    private static ByteString json(JsonNode request, String name) {
        try {
            return ClaimsReader.json(request, name);
        } catch (IllegalArgumentException e) {
            throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, "b64" + name + " is not base64");
        }
    }

    private static ObjectNode position(Published published) {
        return ServerApi.JSON
                .createObjectNode()
                .put("offset", published.position().offset())
                .put("epoch", published.position().epoch());
    }

    private ObjectNode history(JsonNode request) {
        var channel = Publishing.channel(request.path("channel").asText());
        if (!namespaces.of(channel).keepsHistory()) {
            throw new ServerApi.RefusedException(ErrorCode.NOT_AVAILABLE);
        }
        var after = since(request.path("since"));
        int limit = request.path("limit").asInt(0);
        var page = Stages.await(histories.page(
                channel,
                after,
                limit < 0 ? maxPage : Math.min(maxPage, limit),
                request.path("reverse").asBoolean()));
        if (after != null && !page.complete()) {
            throw new ServerApi.RefusedException(ErrorCode.UNRECOVERABLE_POSITION);
        }
        return history(page);
    }

    private static @Nullable Position since(JsonNode position) {
        if (!position.isObject()) {
            return null;
        }
        try {
            return new Position(
                    position.path("epoch").asText(), position.path("offset").asLong());
        } catch (IllegalArgumentException e) {
            throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, "since is no position");
        }
    }

    private ObjectNode historyRemove(JsonNode request) {
        Stages.await(publishing.removeHistory(channel(request)));
        return ServerApi.JSON.createObjectNode();
    }

    private static ObjectNode history(InboxMessage.HistoryPage page) {
        var result =
                ServerApi.JSON.createObjectNode().put("offset", page.upTo()).put("epoch", page.epoch());
        var publications = result.putArray("publications");
        page.entries().forEach(entry -> publications.add(publication(entry)));
        return result;
    }

    private static ObjectNode publication(LogEntry entry) {
        var event = entry.event();
        var publication = ServerApi.JSON.createObjectNode().put("offset", entry.offset());
        var json = JsonText.embeddable(event.data());
        if (json.isPresent()) {
            publication.set("data", tree(json.get()));
        } else {
            publication.put(
                    "b64data", Base64.getEncoder().encodeToString(event.data().toByteArray()));
        }
        if (!event.tags().isEmpty()) {
            var tags = publication.putObject("tags");
            event.tags().forEach(tags::put);
        }
        var publisher = event.publisher();
        if (publisher != null) {
            describe(
                    publication.putObject("info"),
                    new Member(
                            publisher.user(), publisher.client(), publisher.connectionInfo(), publisher.channelInfo()));
        }
        return publication;
    }

    private static JsonNode tree(String json) {
        try {
            return ServerApi.JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("it was JSON a moment ago", e);
        }
    }

    private ObjectNode presence(JsonNode request) {
        var channel = channel(request);
        if (namespaces.of(channel).presence() != Namespace.Presence.MEMBERS) {
            throw new ServerApi.RefusedException(ErrorCode.NOT_AVAILABLE);
        }
        var members = Stages.await(presences.members(channel));
        if (!members.complete()) {
            throw new ServerApi.RefusedException(ErrorCode.LIMIT_EXCEEDED);
        }
        var result = ServerApi.JSON.createObjectNode();
        var presence = result.putObject("presence");
        for (var member : members.members()) {
            describe(presence.putObject(member.client()), member);
        }
        return result;
    }

    private static void describe(ObjectNode client, Member member) {
        client.put("user", member.user()).put("client", member.client());
        JsonText.embeddable(member.connectionInfo()).ifPresent(info -> client.set("conn_info", tree(info)));
        JsonText.embeddable(member.channelInfo()).ifPresent(info -> client.set("chan_info", tree(info)));
    }

    private ObjectNode presenceStats(JsonNode request) {
        var channel = channel(request);
        if (namespaces.of(channel).presence() == Namespace.Presence.OFF) {
            throw new ServerApi.RefusedException(ErrorCode.NOT_AVAILABLE);
        }
        var counts = Stages.await(presences.counts(channel));
        return ServerApi.JSON
                .createObjectNode()
                .put("num_clients", counts.clients())
                .put("num_users", counts.users());
    }

    private ObjectNode channels(JsonNode request) {
        var gathered = ask(new NodeCommand.Channels(request.path("pattern").asText("")));
        var result = ServerApi.JSON.createObjectNode();
        var channels = result.putObject("channels");
        ClusterResource.subscribers(gathered)
                .forEach((channel, count) -> channels.putObject(channel).put("num_clients", count));
        return result;
    }

    private ObjectNode info() {
        var result = ServerApi.JSON.createObjectNode();
        var nodes = result.putArray("nodes");
        for (var node : ask(new NodeCommand.Info()).answers().values()) {
            var name = node.path("node").asText();
            nodes.addObject()
                    .put("uid", name)
                    .put("name", name)
                    .put("version", "Carillon")
                    .put("num_clients", node.path("connections").asInt())
                    .put("num_users", node.path("users").asInt())
                    .put("num_subs", node.path("subscriptions").asInt())
                    .put("num_channels", node.path("channels").asInt())
                    .put("uptime", node.path("uptimeSeconds").asLong())
                    .putObject("process")
                    .put("cpu", node.at("/process/cpu").asDouble())
                    .put("rss", node.at("/process/rss").asLong());
        }
        return result;
    }

    private ObjectNode disconnect(JsonNode request) {
        var why = request.path("disconnect");
        int code = why.path("code").asInt(CloseCode.FORCE_NO_RECONNECT.code());
        if (code < 3000 || code > 4999) {
            throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, "the code is not one of 3000 to 4999");
        }
        var reason = why.path("reason").asText("");
        boolean isOwn = !reason.isEmpty() && reason.getBytes(StandardCharsets.UTF_8).length <= 123;
        return done(new NodeCommand.Disconnect(target(request), code, isOwn ? reason : CloseCode.reason(code)));
    }

    private ObjectNode subscribe(JsonNode request) {
        return done(new NodeCommand.Subscribe(
                target(request),
                channel(request),
                json(request, "info"),
                json(request, "data"),
                overrides(request.path("override"))));
    }

    private static Overrides overrides(JsonNode stated) {
        try {
            return ClaimsReader.overrides(stated);
        } catch (IllegalArgumentException e) {
            throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode unsubscribe(JsonNode request) {
        return done(new NodeCommand.Unsubscribe(target(request), channel(request)));
    }

    private ObjectNode refresh(JsonNode request) {
        return done(new NodeCommand.Refresh(
                target(request),
                request.path("expired").asBoolean(),
                expiry(request.path("expire_at")),
                json(request, "info")));
    }

    private static @Nullable Instant expiry(JsonNode seconds) {
        try {
            return ClaimsReader.expiry(seconds);
        } catch (IllegalArgumentException e) {
            throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, "expire_at is no number of seconds");
        }
    }

    /// The API says nothing of how many connections there were.
    private ObjectNode done(NodeCommand.Action action) {
        ask(action);
        return ServerApi.JSON.createObjectNode();
    }

    private Cluster.Gathered ask(NodeCommand.Action action) {
        return Stages.await(cluster.ask(action));
    }

    private static Channel channel(JsonNode request) {
        return Publishing.channel(request.path("channel").asText());
    }

    private static NodeCommand.Target target(JsonNode request) {
        var except = new HashSet<String>();
        request.path("whitelist").forEach(client -> except.add(client.asText()));
        var user = request.path("user").asText("");
        try {
            return new NodeCommand.Target(
                    user,
                    request.path("client").asText(""),
                    request.path("session").asText(""),
                    except);
        } catch (IllegalArgumentException e) {
            throw new ServerApi.RefusedException(ErrorCode.BAD_REQUEST, "user, client or session is missing");
        }
    }
}
