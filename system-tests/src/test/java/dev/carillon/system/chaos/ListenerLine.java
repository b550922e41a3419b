package dev.carillon.system.chaos;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.JsonCodec;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A client that only listens (`/connection/uni_sse`).
final class ListenerLine implements Line {

    private final Account account;
    private final Members members;

    ListenerLine(Account account, Members members) {
        this.account = account;
        this.members = members;
    }

    @Override
    public void listen(Instance node, Stay stay) throws IOException {
        var conversation = new Conversation(account, members);
        var first = URLEncoder.encode(request(), StandardCharsets.UTF_8);
        try (var reader = EventReader.open(node.url("/connection/uni_sse?cf_connect=" + first), Map.of())) {
            while (!stay.isOver()) {
                var push = reader.next().data();
                // A ping needs no answer; anything else is a push without its envelope.
                if (!push.isEmpty() && !push.equals("{}")) {
                    var frame = ByteString.copyFromUtf8("{\"push\":" + push + "}");
                    for (var reply : JsonCodec.INSTANCE.decodeReplies(frame)) {
                        conversation.take(reply);
                    }
                }
            }
        } finally {
            conversation.over();
        }
    }

    private String request() {
        var request = Load.JSON.createObjectNode();
        var subs = request.putObject("subs");
        for (var channel : account.channels) {
            var sub = subs.putObject(channel);
            var position = account.position(channel);
            if (position != null) {
                sub.put("recover", true).put("epoch", position.epoch()).put("offset", position.offset());
            }
        }
        return request.toString();
    }
}
