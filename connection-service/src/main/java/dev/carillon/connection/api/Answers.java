package dev.carillon.connection.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.connection.publish.Published;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Position;
import jakarta.ws.rs.core.Response;
import java.util.List;

/// The bodies of answers, as JSON.
final class Answers {

    private static final JsonMapper JSON = new JsonMapper();

    private Answers() {}

    static Response published(Published published) {
        return Response.accepted(tree(published).toString()).build();
    }

    static Response published(List<Published> published) {
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        published.forEach(one -> items.add(tree(one)));
        return Response.accepted(answer.toString()).build();
    }

    /// @param limit how many of the page's entries belong into the answer; one beyond shows that there is more
    static Response page(InboxMessage.HistoryPage page, int limit) {
        var shown = page.entries().stream().limit(limit).toList();
        var tail = JSON.createObjectNode();
        tail.set("position", position(new Position(page.epoch(), page.upTo())));
        if (!shown.isEmpty() && page.entries().size() > limit) {
            tail.put("next", new Position(page.epoch(), shown.getLast().offset()).toString());
        }
        tail.put("complete", page.complete());
        var items = shown.stream().map(EventJson::of).toList();
        return Response.ok(EventJson.answer(items, tail.toString())).build();
    }

    private static ObjectNode tree(Published published) {
        var tree = JSON.createObjectNode()
                .put("id", published.id().value())
                .put("channel", published.channel().name());
        tree.set("position", position(published.position()));
        return tree;
    }

    private static ObjectNode position(Position position) {
        return JSON.createObjectNode().put("epoch", position.epoch()).put("offset", position.offset());
    }
}
