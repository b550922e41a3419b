package dev.carillon.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Endpoints as rows of [Topics#ENDPOINT_STATE]: JSON, durations as ISO 8601, enums by name. Members that
/// nobody knows are passed over, absent ones have the value that an endpoint gets by default. Safe for use by
/// many threads.
public final class EndpointCodec {

    private static final String WHAT = "endpoint";

    private EndpointCodec() {}

    /// The row, keys included.
    public static byte[] write(Endpoint endpoint) {
        var row = RowJson.object().put("id", endpoint.id());
        settings(row, endpoint.settings());
        var state = endpoint.state();
        row.put("enabled", state.enabled());
        putUnlessEmpty(row, "disabledReason", state.disabledReason());
        row.put("standing", state.standing().name())
                .put("grantedPerMinute", state.grantedRate())
                .put("createdAt", state.createdAt().toString())
                .put("revision", state.revision());
        secrets(row.putArray("secrets"), endpoint.keys().secrets());
        var certificate = endpoint.keys().certificate();
        if (certificate != null) {
            row.putObject("certificate").put("chain", certificate.chain()).put("key", certificate.key());
        }
        return RowJson.bytes(row);
    }

    private static void settings(ObjectNode row, Endpoint.Settings settings) {
        row.put("owner", settings.owner()).put("url", settings.url()).put("description", settings.description());
        texts(row.putArray("channels"), settings.channels());
        texts(row.putArray("types"), settings.types());
        row.put("format", settings.format().name())
                .put("ordering", settings.ordering().name())
                .put("onHeadExhausted", settings.onHeadExhausted().name());
        texts(row.putObject("headers"), settings.headers());
        var schedule = settings.schedule();
        if (schedule != null) {
            var steps = row.putArray("schedule");
            schedule.forEach(step -> steps.add(step.toString()));
        }
        row.put("rateLimit", settings.rateLimit());
        var giveUpOn = row.putArray("giveUpOn");
        settings.giveUpOn().stream().sorted().forEach(giveUpOn::add);
        var styles = row.putArray("signatureStyles");
        settings.signatureStyles().stream().sorted().map(Enum::name).forEach(styles::add);
        row.put("verification", settings.verification().name());
        texts(row.putObject("metadata"), settings.metadata());
    }

    /// @throws IllegalArgumentException when it cannot be read; the message names the member, never a value
    public static Endpoint read(byte[] row) {
        var tree = RowJson.tree(WHAT, row);
        return new Endpoint(required(tree, "id"), settings(tree), keys(tree), state(tree));
    }

    private static Endpoint.Settings settings(JsonNode tree) {
        return new Endpoint.Settings(
                tree.path("owner").asText(""),
                required(tree, "url"),
                tree.path("description").asText(""),
                texts(tree.path("channels")),
                texts(tree.path("types")),
                RowJson.choice(WHAT, Endpoint.Format.class, tree, "format", Endpoint.Format.STANDARD),
                RowJson.choice(WHAT, Endpoint.Ordering.class, tree, "ordering", Endpoint.Ordering.NONE),
                RowJson.choice(
                        WHAT, Endpoint.OnHeadExhausted.class, tree, "onHeadExhausted", Endpoint.OnHeadExhausted.SKIP),
                textsByName(tree.path("headers")),
                schedule(tree),
                tree.path("rateLimit").asInt(0),
                giveUpOn(tree.path("giveUpOn")),
                styles(tree.path("signatureStyles")),
                RowJson.choice(WHAT, Endpoint.Verification.class, tree, "verification", Endpoint.Verification.NONE),
                textsByName(tree.path("metadata")));
    }

    private static Endpoint.Keys keys(JsonNode tree) {
        var certificate = tree.path("certificate");
        return new Endpoint.Keys(
                secrets(tree.path("secrets")),
                certificate.isObject()
                        ? new Endpoint.ClientCertificate(required(certificate, "chain"), required(certificate, "key"))
                        : null);
    }

    private static Endpoint.State state(JsonNode tree) {
        return new Endpoint.State(
                tree.path("enabled").asBoolean(true),
                tree.path("disabledReason").asText(""),
                standing(tree),
                tree.path("grantedPerMinute").asInt(0),
                instant(tree, "createdAt", Instant.EPOCH),
                tree.path("revision").asLong(0));
    }

    /// Whether the URL of a row has shown that it wants deliveries.
    ///
    /// @throws IllegalArgumentException when the row does not say that in a known way
    public static Endpoint.Standing standing(JsonNode tree) {
        return RowJson.choice(WHAT, Endpoint.Standing.class, tree, "standing", Endpoint.Standing.VERIFIED);
    }

    private static Set<Integer> giveUpOn(JsonNode array) {
        var statuses = new HashSet<Integer>();
        array.forEach(status -> statuses.add(status.asInt()));
        return statuses;
    }

    private static Set<Endpoint.SignatureStyle> styles(JsonNode array) {
        var styles = EnumSet.noneOf(Endpoint.SignatureStyle.class);
        array.forEach(style ->
                styles.add(RowJson.choice(WHAT, Endpoint.SignatureStyle.class, "signatureStyles", style.asText())));
        return styles;
    }

    private static void putUnlessEmpty(ObjectNode row, String name, String text) {
        if (!text.isEmpty()) {
            row.put(name, text);
        }
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static void texts(ObjectNode object, Map<String, String> texts) {
        texts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(text -> object.put(text.getKey(), text.getValue()));
    }

    private static void secrets(ArrayNode array, List<Endpoint.Secret> secrets) {
        for (var secret : secrets) {
            var node = array.addObject()
                    .put("key", secret.key())
                    .put("createdAt", secret.createdAt().toString());
            var expiresAt = secret.expiresAt();
            if (expiresAt != null) {
                node.put("expiresAt", expiresAt.toString());
            }
        }
    }

    private static String required(JsonNode tree, String name) {
        var text = tree.path(name).asText("");
        if (text.isEmpty()) {
            throw new IllegalArgumentException("endpoint has no " + name);
        }
        return text;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Map<String, String> textsByName(JsonNode object) {
        var texts = new HashMap<String, String>();
        object.properties()
                .forEach(text -> texts.put(text.getKey(), text.getValue().asText()));
        return texts;
    }

    private static @Nullable List<Duration> schedule(JsonNode tree) {
        if (!tree.path("schedule").isArray()) {
            return null;
        }
        var steps = new ArrayList<Duration>();
        for (var step : tree.path("schedule")) {
            steps.add(duration(step));
        }
        return steps;
    }

    private static Duration duration(JsonNode step) {
        if (step.isNumber()) {
            return Duration.ofMillis(Math.round(step.asDouble() * 1000));
        }
        try {
            return Duration.parse(step.asText());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("endpoint has an unreadable schedule", e);
        }
    }

    private static List<Endpoint.Secret> secrets(JsonNode array) {
        var secrets = new ArrayList<Endpoint.Secret>();
        for (var node : array) {
            var expiresAt = node.hasNonNull("expiresAt") ? instant(node, "expiresAt", Instant.MAX) : null;
            secrets.add(
                    new Endpoint.Secret(required(node, "key"), instant(node, "createdAt", Instant.EPOCH), expiresAt));
        }
        return secrets;
    }

    private static Instant instant(JsonNode tree, String name, Instant otherwise) {
        var text = tree.path(name).asText("");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("endpoint has an unreadable " + name, e);
        }
    }
}
