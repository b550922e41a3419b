package dev.carillon.system.chaos;

import dev.carillon.contract.Position;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/// Plain server-sent events (`/v1/stream`), as an `EventSource` reads them: it comes back with the id that it
/// got last.
final class StreamLine implements Line {

    private final Account account;
    private final String path;
    private String cursor = "";

    StreamLine(Account account) {
        this.account = account;
        this.path = account.channels.stream()
                .map(channel -> "channel=" + URLEncoder.encode(channel, StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "/v1/stream?", ""));
    }

    @Override
    public void listen(Instance node, Stay stay) throws IOException {
        var headers = cursor.isEmpty() ? Map.<String, String>of() : Map.of("Last-Event-ID", cursor);
        try (var reader = EventReader.open(node.url(path), headers)) {
            while (!stay.isOver()) {
                take(reader.next());
            }
        }
    }

    private void take(EventReader.Message message) {
        if (!message.data().isEmpty()) {
            var data = Load.parse(message.data());
            var channel = data.path("channel").asText();
            if (message.event().equals("gap")) {
                var position = data.path("position");
                account.gap(
                        channel,
                        new Position(
                                position.path("epoch").asText(),
                                position.path("offset").asLong()));
            } else {
                account.event(
                        channel,
                        Load.keyOf(data.path("data")),
                        data.path("offset").asLong());
            }
        }
        if (!message.id().isEmpty()) {
            cursor = message.id();
            account.ready();
        }
    }
}
