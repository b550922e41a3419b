package dev.carillon.connection.transport.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a long poll asks for.
///
/// @param channels what the client has of each channel; null for nothing, so from now on
/// @param hold how long to hold the request when there is nothing new
/// @param limit how many events the answer may have
record PollRequest(Map<Channel, @Nullable Position> channels, Duration hold, int limit) {

    /// What an operator allows.
    record Bounds(int maxChannels, Duration maxWait, int maxLimit) {}

    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(25);
    private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m)?");

    /// The same, answered at once.
    PollRequest unheld() {
        return new PollRequest(channels, Duration.ZERO, limit);
    }

    PollRequest {
        // Not a copyOf: that refuses null.
        channels = Collections.unmodifiableMap(new LinkedHashMap<>(channels));
    }

    /// @throws ProblemException with one entry per fault
    static PollRequest parse(byte[] body, Bounds bounds) {
        var tree = tree(body);
        var faults = new ArrayList<FieldFault>();
        var channels = channels(tree.path("channels"), bounds, faults);
        var hold = hold(tree.path("wait"), bounds, faults);
        int limit = limit(tree.path("limit"), bounds, faults);
        if (!faults.isEmpty()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the poll is not valid", faults);
        }
        return new PollRequest(channels, hold, limit);
    }

    private static JsonNode tree(byte[] body) {
        try {
            var tree = Json.MAPPER.readTree(body);
            if (tree.isObject()) {
                return tree;
            }
        } catch (IOException _) {
            // Answered like any other body that is not what it should be.
        }
        throw ProblemException.of(ProblemType.BAD_REQUEST, "the body is not a JSON object");
    }

    private static Map<Channel, @Nullable Position> channels(JsonNode tree, Bounds bounds, List<FieldFault> faults) {
        var channels = new LinkedHashMap<Channel, @Nullable Position>();
        if (!tree.isObject() || tree.isEmpty() || tree.size() > bounds.maxChannels()) {
            faults.add(new FieldFault(
                    "/channels", "must be an object with 1 to " + bounds.maxChannels() + " channels as its names"));
            return channels;
        }
        for (var member : tree.properties()) {
            var pointer = "/channels/" + member.getKey().replace("~", "~0").replace("/", "~1");
            var fault = Channel.fault(member.getKey());
            if (!fault.isEmpty()) {
                faults.add(new FieldFault(pointer, fault));
                continue;
            }
            channels.put(new Channel(member.getKey()), position(member.getValue(), pointer, faults));
        }
        return channels;
    }

    private static @Nullable Position position(JsonNode tree, String pointer, List<FieldFault> faults) {
        if (tree.isNull()) {
            return null;
        }
        var epoch = tree.path("epoch");
        var offset = tree.path("offset");
        if (!tree.isObject() || !epoch.isTextual() || !offset.isIntegralNumber() || !offset.canConvertToLong()) {
            faults.add(new FieldFault(pointer, "must be null or {\"epoch\": text, \"offset\": whole number}"));
            return null;
        }
        try {
            return new Position(epoch.asText(), offset.asLong());
        } catch (IllegalArgumentException e) {
            faults.add(new FieldFault(pointer, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static Duration hold(JsonNode tree, Bounds bounds, List<FieldFault> faults) {
        var longest = bounds.maxWait();
        if (tree.isMissingNode() || tree.isNull()) {
            return longest.compareTo(DEFAULT_WAIT) < 0 ? longest : DEFAULT_WAIT;
        }
        var wait = duration(tree);
        if (wait == null || wait.isNegative() || wait.compareTo(longest) > 0) {
            faults.add(new FieldFault(
                    "/wait",
                    "must be a number of seconds, or text such as 25s, from 0 to " + longest.toSeconds() + "s"));
            return Duration.ZERO;
        }
        return wait;
    }

    private static @Nullable Duration duration(JsonNode tree) {
        if (tree.isNumber()) {
            // Far out of any range is enough for what does not fit.
            return Duration.ofMillis((long) Math.clamp(tree.asDouble() * 1000, -1.0, 1e12));
        }
        var text = tree.asText("").strip().toLowerCase(Locale.ROOT);
        var matcher = SHORT.matcher(text);
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "m" -> Duration.ofMinutes(count);
                case null, default -> Duration.ofSeconds(count);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int limit(JsonNode tree, Bounds bounds, List<FieldFault> faults) {
        if (tree.isMissingNode() || tree.isNull()) {
            return Math.max(1, bounds.maxLimit() / 10);
        }
        if (!tree.isIntegralNumber() || tree.asLong() < 1 || tree.asLong() > bounds.maxLimit()) {
            faults.add(new FieldFault("/limit", "must be a whole number from 1 to " + bounds.maxLimit()));
            return 1;
        }
        return tree.asInt();
    }
}
