package dev.carillon.webhook.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.ChannelPattern;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Settings;
import dev.carillon.contract.Endpoint.SignatureStyle;
import dev.carillon.contract.Event;
import dev.carillon.kit.Durations;
import dev.carillon.kit.JsonMembers;
import dev.carillon.kit.ProblemException.FieldFault;
import dev.carillon.webhook.decide.Schedule;
import dev.carillon.webhook.target.TargetUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What somebody asks the settings of an endpoint to be, read member by member: everything that is wrong is
/// found in one go. What nobody knows is passed over.
///
/// Confined to one request.
public final class EndpointDraft {

    private static final int MAX_ENTRIES = 32;
    private static final int MAX_TEXT = 1000;
    private static final int MAX_RATE = 100_000;
    /// Statuses that do not speak about one delivery: they have a meaning of their own.
    private static final Set<Integer> TEMPORARY = Set.of(408, 410, 429);

    private final JsonMembers members;

    private EndpointDraft(ObjectNode tree) {
        this.members = JsonMembers.of(tree);
    }

    /// @param settings as asked for, or null when something is wrong with them
    /// @param enabled whether anything is to be delivered
    public record Read(@Nullable Settings settings, boolean enabled, List<FieldFault> faults) {
        public Read {
            faults = List.copyOf(faults);
        }
    }

    public static Read read(ObjectNode tree) {
        var draft = new EndpointDraft(tree);
        var settings = draft.settings();
        var enabled = draft.members.flag("enabled", true);
        var faults = draft.members.faults();
        return new Read(faults.isEmpty() ? settings : null, enabled, faults);
    }

    private Settings settings() {
        return new Settings(
                members.text("owner", 128),
                url(),
                members.text("description", MAX_TEXT),
                channels(),
                types(),
                members.choice(Endpoint.Format.class, "format", Endpoint.Format.STANDARD),
                members.choice(Endpoint.Ordering.class, "ordering", Endpoint.Ordering.NONE),
                members.choice(Endpoint.OnHeadExhausted.class, "onHeadExhausted", Endpoint.OnHeadExhausted.SKIP),
                headers(),
                schedule(),
                (int) members.number("rateLimit", 1, MAX_RATE, 0),
                giveUpOn(),
                signatureStyles(),
                members.choice(Endpoint.Verification.class, "verification", Endpoint.Verification.NONE),
                metadata());
    }

    private Set<Integer> giveUpOn() {
        var node = members.node("giveUpOn");
        var statuses = new HashSet<Integer>();
        if (JsonMembers.isAbsent(node)) {
            return statuses;
        }
        if (!node.isArray()) {
            members.fault("/giveUpOn", "must be a list of HTTP statuses");
        }
        for (int i = 0; i < node.size(); i++) {
            var status = node.path(i);
            statuses.add(status.asInt());
            if (!status.isInt() || status.asInt() < 400 || status.asInt() > 499 || TEMPORARY.contains(status.asInt())) {
                members.fault("/giveUpOn/" + i, "must be a status from 400 to 499, but not 408, 410 or 429");
            }
        }
        return statuses;
    }

    private Set<SignatureStyle> signatureStyles() {
        var styles = EnumSet.noneOf(SignatureStyle.class);
        var names = members.texts("signatureStyles");
        for (int i = 0; i < names.size(); i++) {
            switch (names.get(i)) {
                case "stripe" -> styles.add(SignatureStyle.STRIPE);
                case "github" -> styles.add(SignatureStyle.GITHUB);
                default -> members.fault("/signatureStyles/" + i, "must be one of stripe, github");
            }
        }
        return styles;
    }

    private String url() {
        var node = members.node("url");
        if (!node.isTextual()) {
            members.fault("/url", "must be a text");
            return "";
        }
        try {
            TargetUrl.parse(node.asText());
        } catch (IllegalArgumentException e) {
            members.fault("/url", String.valueOf(e.getMessage()));
        }
        return node.asText();
    }

    private List<String> channels() {
        var channels = members.texts("channels");
        if (channels.isEmpty() && !members.isFaulty("/channels")) {
            members.fault("/channels", "must name at least one channel, or a beginning such as orders:*");
        }
        for (int i = 0; i < channels.size(); i++) {
            try {
                new ChannelPattern(channels.get(i));
            } catch (IllegalArgumentException e) {
                members.fault("/channels/" + i, String.valueOf(e.getMessage()));
            }
        }
        return channels;
    }

    private List<String> types() {
        var types = members.texts("types");
        for (int i = 0; i < types.size(); i++) {
            if (types.get(i).isEmpty() || types.get(i).length() > Event.MAX_TYPE_LENGTH) {
                members.fault("/types/" + i, "must have 1 to " + Event.MAX_TYPE_LENGTH + " characters");
            }
        }
        return types;
    }

    private Map<String, String> headers() {
        var headers = entries("headers");
        headers.forEach((name, value) -> {
            var fault = HeaderRules.fault(name, value);
            if (!fault.isEmpty()) {
                members.fault("/headers/" + JsonMembers.pointer(name), fault);
            }
        });
        return headers;
    }

    private Map<String, String> metadata() {
        var metadata = entries("metadata");
        metadata.forEach((name, value) -> {
            if (name.length() > 64 || value.length() > MAX_TEXT) {
                members.fault(
                        "/metadata/" + JsonMembers.pointer(name),
                        "has a name of more than 64 or a value of more than 1000 characters");
            }
        });
        return metadata;
    }

    private @Nullable List<Duration> schedule() {
        var node = members.node("schedule");
        if (JsonMembers.isAbsent(node)) {
            return null;
        }
        var steps = new ArrayList<Duration>();
        if (!node.isArray() || node.size() > Schedule.MAX_STEPS) {
            members.fault("/schedule", "must be a list of at most " + Schedule.MAX_STEPS + " durations");
            return steps;
        }
        var total = Duration.ZERO;
        for (int i = 0; i < node.size(); i++) {
            try {
                var step = Durations.parse(node.path(i));
                total = total.plus(step);
                steps.add(step);
                if (step.compareTo(Schedule.MIN_STEP) < 0 || step.compareTo(Schedule.MAX_STEP) > 0) {
                    members.fault("/schedule/" + i, "must be between 1 second and 24 hours");
                }
            } catch (IllegalArgumentException e) {
                members.fault("/schedule/" + i, String.valueOf(e.getMessage()));
            }
        }
        if (total.compareTo(Schedule.MAX_TOTAL) > 0) {
            members.fault("/schedule", "must not be longer than 7 days in all");
        }
        return steps;
    }

    private Map<String, String> entries(String name) {
        var node = members.node(name);
        var entries = new HashMap<String, String>();
        if (JsonMembers.isAbsent(node)) {
            return entries;
        }
        if (!node.isObject() || node.size() > MAX_ENTRIES) {
            members.fault("/" + name, "must be an object of at most " + MAX_ENTRIES + " texts");
            return entries;
        }
        for (var entry : node.properties()) {
            if (!entry.getValue().isTextual()) {
                members.fault("/" + name + "/" + JsonMembers.pointer(entry.getKey()), "must be a text");
            }
            entries.put(entry.getKey(), entry.getValue().asText());
        }
        return entries;
    }
}
