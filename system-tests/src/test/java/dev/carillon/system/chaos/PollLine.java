package dev.carillon.system.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.contract.Position;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;

/// Long polls with positions (`/v1/poll`): each listening is one poll, so each goes to another node.
final class PollLine implements Line {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final int WAIT_SECONDS = 5;

    private final Account account;

    PollLine(Account account) {
        this.account = account;
    }

    @Override
    public void listen(Instance node, Stay stay) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(node.url("/v1/poll"))
                .timeout(Duration.ofMillis(WAIT_SECONDS * 1_000 + SILENCE_MILLIS))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(question().toString()))
                .build();
        var response = HTTP.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        take(Load.parse(response.body()));
    }

    private JsonNode question() {
        var question = Load.JSON.createObjectNode();
        question.put("wait", WAIT_SECONDS + "s").put("limit", 50);
        var channels = question.putObject("channels");
        for (var channel : account.channels) {
            var position = account.position(channel);
            if (position == null) {
                channels.putNull(channel);
                question.put("wait", "0s");
            } else {
                channels.putObject(channel).put("epoch", position.epoch()).put("offset", position.offset());
            }
        }
        return question;
    }

    private void take(JsonNode answer) {
        var gaps = new HashSet<String>();
        answer.path("gaps").forEach(channel -> gaps.add(channel.asText()));
        var first = new HashMap<String, Long>();
        answer.path("items")
                .forEach(item -> first.putIfAbsent(
                        item.path("channel").asText(), item.path("offset").asLong()));
        for (var channel : gaps) {
            var end = position(answer, channel);
            // What was lost is what lies before the first event that comes along.
            var upTo = first.containsKey(channel) ? first.get(channel) - 1 : end.offset();
            account.gap(channel, new Position(end.epoch(), upTo));
        }
        answer.path("items")
                .forEach(item -> account.event(
                        item.path("channel").asText(),
                        Load.keyOf(item.path("data")),
                        item.path("offset").asLong()));
        for (var channel : account.channels) {
            account.stand(channel, position(answer, channel));
        }
    }

    private static Position position(JsonNode answer, String channel) {
        var position = answer.path("channels").path(channel);
        return new Position(
                position.path("epoch").asText(), position.path("offset").asLong());
    }
}
