package dev.carillon.connection.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.ConnectionClaims.ServerSubscription;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.namespace.NamePattern;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Overrides;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes something of claims: those of a token, or the application's. Pure functions; they throw an
/// [IllegalArgumentException] that names nothing of the content.
public final class ClaimsReader {

    private static final String PUBLISH_SCOPE = "carillon:publish";
    private static final String READ_SCOPE = "carillon:read";

    private ClaimsReader() {}

    /// @param expiresAt see [#expiry]
    public static ConnectionClaims connection(String user, @Nullable Instant expiresAt, JsonNode claims) {
        return new ConnectionClaims(
                user,
                expiresAt,
                json(claims, "info"),
                subscriptions(claims),
                json(claims, "meta"),
                json(claims, "data"),
                capabilities(claims.path("caps"), claims.path("scope")));
    }

    public static SubscriptionClaims subscription(@Nullable Instant expiresAt, JsonNode claims, boolean byToken) {
        return new SubscriptionClaims(
                expiresAt, json(claims, "info"), json(claims, "data"), overrides(claims.path("override")), byToken);
    }

    /// Seconds since 1970; not positive, or absent, means never.
    public static @Nullable Instant expiry(JsonNode seconds) {
        if (!seconds.isNumber() && !seconds.isMissingNode() && !seconds.isNull()) {
            throw new IllegalArgumentException("the expiry is not a number");
        }
        try {
            return seconds.asLong(0) <= 0 ? null : Instant.ofEpochSecond(seconds.asLong());
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// The JSON in `name`, or, encoded in base64, in `b64<name>`; empty when there is none.
    public static ByteString json(JsonNode claims, String name) {
        if (claims.hasNonNull("b64" + name)) {
            try {
                return ByteString.copyFrom(
                        Base64.getDecoder().decode(claims.path("b64" + name).asText("")));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("something is not base64", e);
            }
        }
        var node = claims.path(name);
        return node.isMissingNode() || node.isNull() ? ByteString.EMPTY : ByteString.copyFromUtf8(node.toString());
    }

    /// @throws IllegalArgumentException when any text in there is not Unicode: such texts would look alike once
    ///     they are encoded
    static void requireUnicode(JsonNode tree) {
        if (tree.isTextual()) {
            requireUnicode(tree.textValue());
        } else if (tree.isContainerNode()) {
            tree.properties().forEach(member -> requireUnicode(member.getKey()));
            tree.forEach(ClaimsReader::requireUnicode);
        }
    }

    private static void requireUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isPair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (isPair) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException("a text has half a character");
            }
        }
    }

    private static Map<Channel, ServerSubscription> subscriptions(JsonNode claims) {
        var found = new HashMap<Channel, ServerSubscription>();
        for (var name : claims.path("channels")) {
            found.put(new Channel(name.asText("")), ServerSubscription.PLAIN);
        }
        for (var entry : claims.path("subs").properties()) {
            var options = entry.getValue();
            found.put(
                    new Channel(entry.getKey()),
                    new ServerSubscription(
                            json(options, "info"), json(options, "data"), overrides(options.path("override"))));
        }
        return found;
    }

    private static List<Capability> capabilities(JsonNode caps, JsonNode scope) {
        var found = new ArrayList<>(scopes(scope));
        for (var cap : caps) {
            var patterns = new ArrayList<NamePattern>();
            cap.path("channels")
                    .forEach(text -> patterns.add(pattern(cap.path("match").asText(""), text.asText(""))));
            var actions = EnumSet.noneOf(Action.class);
            cap.path("allow").forEach(word -> actions.add(action(word.asText(""))));
            found.add(new Capability(patterns, actions));
        }
        return found;
    }

    /// The scopes of API keys, in all channels: words with spaces between (RFC 8693), or a list of them. Those
    /// of other services are passed over.
    private static List<Capability> scopes(JsonNode scope) {
        var words = new HashSet<>(List.of(scope.asText("").split(" ", -1)));
        scope.forEach(word -> words.add(word.asText("")));
        var actions = EnumSet.noneOf(Action.class);
        if (words.contains(PUBLISH_SCOPE)) {
            actions.add(Action.PUBLISH);
        }
        if (words.contains(READ_SCOPE)) {
            actions.addAll(EnumSet.of(Action.SUBSCRIBE, Action.HISTORY, Action.PRESENCE));
        }
        return actions.isEmpty() ? List.of() : List.of(new Capability(List.of(NamePattern.wildcard("*")), actions));
    }

    private static NamePattern pattern(String match, String text) {
        return switch (match) {
            case "", "exact" -> new NamePattern(Pattern.quote(text));
            case "wildcard" -> NamePattern.wildcard(text);
            case "regex" -> new NamePattern(text);
            default -> throw new IllegalArgumentException("a capability matches in an unknown way");
        };
    }

    private static Action action(String word) {
        return switch (word) {
            case "sub" -> Action.SUBSCRIBE;
            case "pub" -> Action.PUBLISH;
            case "hst" -> Action.HISTORY;
            case "prs" -> Action.PRESENCE;
            default -> throw new IllegalArgumentException("a capability allows something unknown");
        };
    }

    /// Options as in the claim `override`: each a member with a `value`.
    public static Overrides overrides(JsonNode tree) {
        return new Overrides(
                override(tree, "presence"),
                override(tree, "join_leave"),
                override(tree, "force_recovery"),
                override(tree, "force_positioning"),
                override(tree, "force_push_join_leave"));
    }

    private static @Nullable Boolean override(JsonNode tree, String name) {
        var value = tree.path(name).path("value");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("an override is neither true nor false");
        }
        return value.asBoolean();
    }
}
