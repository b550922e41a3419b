package dev.carillon.webhook.endpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Endpoint;
import dev.carillon.kit.Durations;
import dev.carillon.kit.JsonMembers;
import java.util.Map;

/// Endpoints as the REST API shows them: without their secrets.
public final class EndpointView {

    private static final JsonMapper JSON = new JsonMapper();

    private EndpointView() {}

    public static ObjectNode of(Endpoint endpoint) {
        var view = settings(endpoint);
        var state = endpoint.state();
        view.put("id", endpoint.id());
        putUnlessEmpty(view, "disabledReason", state.disabledReason());
        if (endpoint.settings().verification() != Endpoint.Verification.NONE) {
            view.put("standing", JsonMembers.text(state.standing()));
        }
        if (state.grantedRate() > 0) {
            view.put("grantedRate", state.grantedRate());
        }
        var certificate = endpoint.keys().certificate();
        if (certificate != null) {
            view.putObject("certificate").put("chain", certificate.chain());
        }
        return view.put("createdAt", state.createdAt().toString()).put("revision", state.revision());
    }

    /// What can be set.
    private static ObjectNode settings(Endpoint endpoint) {
        var settings = endpoint.settings();
        var view = JSON.createObjectNode().put("url", settings.url());
        putUnlessEmpty(view, "owner", settings.owner());
        putUnlessEmpty(view, "description", settings.description());
        var channels = view.putArray("channels");
        settings.channels().forEach(channels::add);
        var types = view.putArray("types");
        settings.types().forEach(types::add);
        view.put("format", JsonMembers.text(settings.format()))
                .put("ordering", JsonMembers.text(settings.ordering()))
                .put("onHeadExhausted", JsonMembers.text(settings.onHeadExhausted()));
        putAll(view.putObject("headers"), settings.headers());
        var schedule = settings.schedule();
        if (schedule != null) {
            var steps = view.putArray("schedule");
            schedule.forEach(step -> steps.add(Durations.text(step)));
        }
        if (settings.rateLimit() > 0) {
            view.put("rateLimit", settings.rateLimit());
        }
        var giveUpOn = view.putArray("giveUpOn");
        settings.giveUpOn().stream().sorted().forEach(giveUpOn::add);
        var styles = view.putArray("signatureStyles");
        settings.signatureStyles().stream().sorted().map(JsonMembers::text).forEach(styles::add);
        view.put("verification", JsonMembers.text(settings.verification()))
                .put("enabled", endpoint.state().enabled());
        putAll(view.putObject("metadata"), settings.metadata());
        return view;
    }

    /// What can be set, with changes on top; `null` takes back to the default (JSON merge patch, RFC 7396).
    public static ObjectNode patched(Endpoint endpoint, ObjectNode patch) {
        var settings = settings(endpoint);
        JsonMembers.merge(settings, patch);
        return settings;
    }

    private static void putUnlessEmpty(ObjectNode view, String name, String text) {
        if (!text.isEmpty()) {
            view.put(name, text);
        }
    }

    private static void putAll(ObjectNode object, Map<String, String> texts) {
        texts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(text -> object.put(text.getKey(), text.getValue()));
    }
}
