package dev.carillon.system.chaos;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A session over server-sent events (`/connection/sse`): what the client has to say goes to any node
/// (`/emulation`).
final class SessionLine implements Line {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private static final int TRIES = 4;

    private final Account account;
    private final Members members;
    private final Supplier<Instance> anyNode;

    SessionLine(Account account, Members members, Supplier<Instance> anyNode) {
        this.account = account;
        this.members = members;
        this.anyNode = anyNode;
    }

    @Override
    public void listen(Instance node, Stay stay) throws IOException, InterruptedException {
        var conversation = new Conversation(account, members);
        var first = URLEncoder.encode(text(conversation.hello()), StandardCharsets.UTF_8);
        try (var reader = EventReader.open(node.url("/connection/sse?cf_connect=" + first), Map.of())) {
            while (!stay.isOver()) {
                var message = reader.next();
                if (!message.data().isEmpty()) {
                    for (var reply : JsonCodec.INSTANCE.decodeReplies(ByteString.copyFromUtf8(message.data()))) {
                        say(conversation, conversation.take(reply));
                    }
                }
            }
        } finally {
            conversation.over();
        }
    }

    private void say(Conversation conversation, List<Command> commands) throws IOException, InterruptedException {
        if (commands.isEmpty()) {
            return;
        }
        var body = Load.JSON
                .createObjectNode()
                .put("session", conversation.session())
                .put("node", conversation.node())
                .put("data", text(commands))
                .toString();
        for (int i = 0; i < TRIES; i++) {
            int status = post(body);
            if (status == 204) {
                return;
            }
            if (status == 404) {
                throw new IOException("session is gone");
            }
        }
        throw new IOException("nobody takes commands");
    }

    private int post(String body) throws InterruptedException {
        var request = HttpRequest.newBuilder(anyNode.get().url("/emulation"))
                .timeout(Duration.ofSeconds(3))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException _) {
            return 0;
        }
    }

    private static String text(List<Command> commands) {
        List<Frame> frames = commands.stream().map(JsonCodec.INSTANCE::encode).toList();
        return JsonCodec.INSTANCE.join(frames).text();
    }
}
