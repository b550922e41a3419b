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
        view.put("id", endpoint.id())
                .put("createdAt", endpoint.createdAt().toString())
                .put("revision", endpoint.revision());
        return view;
    }

    /// What can be set.
    private static ObjectNode settings(Endpoint endpoint) {
        var view = JSON.createObjectNode().put("url", endpoint.url());
        putUnlessEmpty(view, "owner", endpoint.owner());
        putUnlessEmpty(view, "description", endpoint.description());
        var channels = view.putArray("channels");
        endpoint.channels().forEach(channels::add);
        var types = view.putArray("types");
        endpoint.types().forEach(types::add);
        view.put("format", JsonMembers.text(endpoint.format())).put("ordering", JsonMembers.text(endpoint.ordering()));
        putAll(view.putObject("headers"), endpoint.headers());
        var schedule = endpoint.schedule();
        if (schedule != null) {
            var steps = view.putArray("schedule");
            schedule.forEach(step -> steps.add(Durations.text(step)));
        }
        view.put("enabled", endpoint.enabled());
        putAll(view.putObject("metadata"), endpoint.metadata());
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
