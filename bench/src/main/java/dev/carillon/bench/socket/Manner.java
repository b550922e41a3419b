package dev.carillon.bench.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.load.BareWebSocket;
import dev.carillon.bench.load.Centrifuge;
import dev.carillon.bench.load.Dialect;
import dev.carillon.bench.load.EventStream;
import dev.carillon.bench.load.HttpPublish;
import dev.carillon.bench.load.LongPoll;
import dev.carillon.bench.load.Nats;
import dev.carillon.bench.load.NatsPublish;
import dev.carillon.bench.load.NchanPoll;
import dev.carillon.bench.load.PublishDialect;
import dev.carillon.bench.load.SocketIo;
import dev.carillon.bench.load.Tokens;
import dev.carillon.bench.stand.CarillonStand;
import dev.carillon.bench.stand.Contender;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.IntFunction;

/// How one talks to a contender, as its `peer.json` says.
///
/// @param said `dialect` and `subscribe` for sockets, `stream` and `poll` for others, `publish`, and if that goes to
/// another port, how far that is in `publishPort`
record Manner(JsonNode said, InetSocketAddress server) {

    private static final String CENTRIFUGE = "centrifuge";

    static Manner of(Contender contender) {
        return new Manner(contender.manner(), contender.address());
    }

    /// @param channel which each client listens to
    /// @param recover whether clients that come back ask for what they missed, where they can
    /// @param tokens whether clients bring a JWT, where they can
    Dialect dialect(Transport transport, IntFunction<String> channel, boolean recover, boolean tokens) {
        return switch (transport) {
            case SOCKET -> socket(channel, recover, tokens);
            case STREAM -> new EventStream(path("stream", channel), recover);
            case POLL -> isCarillon() ? new LongPoll(channel) : new NchanPoll(path("poll", channel));
        };
    }

    private Dialect socket(IntFunction<String> channel, boolean recover, boolean tokens) {
        var dialect = said.required("dialect").asText();
        return switch (dialect) {
            case CENTRIFUGE ->
                new Centrifuge(
                        said.required("subscribe").asText(),
                        client -> List.of(channel.apply(client)),
                        tokens ? Tokens.signedWith(CarillonStand.TOKEN_SECRET) : null,
                        recover);
            case "websocket" -> new BareWebSocket(path("subscribe", channel));
            case "socketio" -> new SocketIo(channel);
            case "nats" -> new Nats(channel);
            default -> throw new IllegalArgumentException("nobody speaks " + dialect);
        };
    }

    PublishDialect publishing() {
        var publish = said.required("publish").asText();
        if (publish.equals("nats")) {
            return new NatsPublish();
        }
        return isCarillon() ? HttpPublish.carillon("") : HttpPublish.to(publish);
    }

    InetSocketAddress publishServer() {
        return new InetSocketAddress(
                server.getAddress(), server.getPort() + said.path("publishPort").asInt(0));
    }

    /// Whether several publications may travel in one request.
    boolean takesBatches() {
        return isCarillon();
    }

    /// Whether clients can get what they missed.
    boolean recovers() {
        return isCarillon();
    }

    private boolean isCarillon() {
        return said.required("dialect").asText().equals(CENTRIFUGE);
    }

    private IntFunction<String> path(String kind, IntFunction<String> channel) {
        var template = said.required(kind).asText();
        return client -> template.replace("{channel}", channel.apply(client));
    }
}
