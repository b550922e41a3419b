package dev.carillon.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// Commands to nodes as JSON, so that operators can read the topic:
/// `{"id":…,"from":…,"do":"disconnect","target":{"user":…},…}`. Safe for use by many threads.
public final class NodeCommandCodec {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String PRESENCE = "presence";
    private static final String JOIN_LEAVE = "joinLeave";
    private static final String FORCE_RECOVERY = "forceRecovery";
    private static final String FORCE_POSITIONING = "forcePositioning";
    private static final String FORCE_PUSH_JOIN_LEAVE = "forcePushJoinLeave";

    private NodeCommandCodec() {}

    public static byte[] write(NodeCommand command) {
        var tree = JSON.createObjectNode().put("id", command.id()).put("from", command.from());
        write(tree, command.action());
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree always has a JSON form", e);
        }
    }

    /// @throws IllegalArgumentException when it is no command that this version knows
    public static NodeCommand read(byte[] json) {
        try {
            var tree = JSON.readTree(json);
            return new NodeCommand(tree.path("id").asText(), tree.path("from").asText(), action(tree));
        } catch (IOException | DateTimeException e) {
            throw new IllegalArgumentException("not a command", e);
        }
    }

    private static void write(ObjectNode tree, NodeCommand.Action action) {
        switch (action) {
            case NodeCommand.Disconnect(var target, var code, var reason) ->
                to(tree, "disconnect", target).put("code", code).put("reason", reason);
            case NodeCommand.Subscribe(var target, var channel, var info, var data, var overrides) -> {
                to(tree, "subscribe", target)
                        .put("channel", channel.name())
                        .put("info", info.toByteArray())
                        .put("data", data.toByteArray());
                override(tree, overrides);
            }
            case NodeCommand.Unsubscribe(var target, var channel) ->
                to(tree, "unsubscribe", target).put("channel", channel.name());
            case NodeCommand.Refresh(var target, var expired, var expireAt, var info) -> {
                to(tree, "refresh", target).put("expired", expired).put("info", info.toByteArray());
                if (expireAt != null) {
                    tree.put("expireAt", expireAt.toString());
                }
            }
            case NodeCommand.Channels(var pattern) -> tree.put("do", "channels").put("pattern", pattern);
            case NodeCommand.Connections(var user) ->
                tree.put("do", "connections").put("user", user);
            case NodeCommand.Info() -> tree.put("do", "info");
            case NodeCommand.Release(var node, var share, var period, var accepting) ->
                tree.put("do", "release")
                        .put("node", node)
                        .put("share", share)
                        .put("period", period.toString())
                        .put("accepting", accepting);
        }
    }

    private static ObjectNode to(ObjectNode tree, String what, NodeCommand.Target target) {
        var node = tree.put("do", what)
                .putObject("target")
                .put("user", target.user())
                .put("client", target.client())
                .put("session", target.session());
        var except = node.putArray("except");
        target.except().stream().sorted().forEach(except::add);
        return tree;
    }

    private static NodeCommand.Action action(JsonNode tree) throws IOException {
        return switch (tree.path("do").asText()) {
            case "disconnect" ->
                new NodeCommand.Disconnect(
                        target(tree),
                        tree.path("code").asInt(),
                        tree.path("reason").asText());
            case "subscribe" ->
                new NodeCommand.Subscribe(
                        target(tree),
                        channel(tree),
                        bytes(tree.path("info")),
                        bytes(tree.path("data")),
                        overrides(tree.path("override")));
            case "unsubscribe" -> new NodeCommand.Unsubscribe(target(tree), channel(tree));
            case "refresh" ->
                new NodeCommand.Refresh(
                        target(tree),
                        tree.path("expired").asBoolean(),
                        tree.hasNonNull("expireAt")
                                ? Instant.parse(tree.path("expireAt").asText())
                                : null,
                        bytes(tree.path("info")));
            case "channels" -> new NodeCommand.Channels(tree.path("pattern").asText());
            case "connections" -> new NodeCommand.Connections(tree.path("user").asText());
            case "info" -> new NodeCommand.Info();
            case "release" ->
                new NodeCommand.Release(
                        tree.path("node").asText(),
                        tree.path("share").asDouble(),
                        Duration.parse(tree.path("period").asText()),
                        tree.path("accepting").asBoolean());
            default -> throw new IllegalArgumentException("unknown command");
        };
    }

    /// Those that say something, and nothing at all when none does.
    private static void override(ObjectNode tree, Overrides overrides) {
        if (overrides.equals(Overrides.NONE)) {
            return;
        }
        var stated = tree.putObject("override");
        override(stated, PRESENCE, overrides.presence());
        override(stated, JOIN_LEAVE, overrides.joinLeave());
        override(stated, FORCE_RECOVERY, overrides.forceRecovery());
        override(stated, FORCE_POSITIONING, overrides.forcePositioning());
        override(stated, FORCE_PUSH_JOIN_LEAVE, overrides.forcePushJoinLeave());
    }

    private static void override(ObjectNode stated, String name, @Nullable Boolean value) {
        if (value != null) {
            stated.put(name, value);
        }
    }

    private static Overrides overrides(JsonNode stated) {
        return new Overrides(
                flag(stated.path(PRESENCE)),
                flag(stated.path(JOIN_LEAVE)),
                flag(stated.path(FORCE_RECOVERY)),
                flag(stated.path(FORCE_POSITIONING)),
                flag(stated.path(FORCE_PUSH_JOIN_LEAVE)));
    }

    private static @Nullable Boolean flag(JsonNode value) {
        return value.isBoolean() ? (Boolean) value.booleanValue() : null;
    }

    /// What stands there in base64; older nodes leave it out.
    private static ByteString bytes(JsonNode base64) throws IOException {
        return base64.isTextual() ? ByteString.copyFrom(base64.binaryValue()) : ByteString.EMPTY;
    }

    private static Channel channel(JsonNode tree) {
        return new Channel(tree.path("channel").asText());
    }

    private static NodeCommand.Target target(JsonNode tree) {
        var target = tree.path("target");
        var except = new HashSet<String>();
        target.path("except").forEach(client -> except.add(client.asText()));
        return new NodeCommand.Target(
                target.path("user").asText(),
                target.path("client").asText(),
                target.path("session").asText(),
                except);
    }
}
