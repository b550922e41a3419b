package dev.carillon.system.chaos;

import dev.carillon.contract.Position;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The client's side of one session of the client protocol, as a strict SDK behaves: it subscribes to all
/// channels of an account from where that stands, and believes nothing that the protocol does not say.
///
/// Confined to its subscriber's thread.
final class Conversation {

    private final Account account;
    private final Members members;
    private final Map<Long, String> asked = new HashMap<>();
    private final Set<String> subscribed = new HashSet<>();
    private long lastId;
    private String client = "";
    private String session = "";
    private String node = "";

    Conversation(Account account, Members members) {
        this.account = account;
        this.members = members;
    }

    /// What to send first.
    List<Command> hello() {
        var commands = new ArrayList<Command>();
        commands.add(new Command(++lastId, Method.Connect.EMPTY));
        account.channels.forEach(channel -> commands.add(subscribe(channel)));
        return commands;
    }

    private Command subscribe(String channel) {
        asked.put(++lastId, channel);
        return new Command(lastId, subscription(channel, channel));
    }

    /// @param name of the channel, or empty where something else names it
    private Method.Subscribe subscription(String channel, String name) {
        var plain = Method.Subscribe.to(name);
        var position = account.position(channel);
        return position == null ? plain : plain.recovering(new StreamPosition(position.offset(), position.epoch()));
    }

    /// Takes what the server said.
    ///
    /// @return what to send now
    /// @throws IOException when the connection is of no use any more
    List<Command> take(Reply reply) throws IOException {
        return switch (reply) {
            case Reply.Ping _ -> List.of(Command.pong());
            case Reply.Success(long _, Result.Connect connect) -> {
                client = connect.client();
                session = connect.session();
                node = connect.node();
                yield List.of();
            }
            case Reply.Success(long id, Result.Subscribe result) -> {
                opened(Objects.requireNonNull(asked.remove(id), "an answer that was not asked for"), result);
                yield List.of();
            }
            case Reply.Success(long _, var other) -> throw new IOException("strange answer " + other);
            case Reply.Failure(long id, var error) ->
                throw new IOException("error " + error.code() + (asked.containsKey(id) ? " to subscribe" : ""));
            case Push push -> take(push);
        };
    }

    private List<Command> take(Push push) throws IOException {
        return switch (push.body()) {
            case Push.Pub(var publication) -> {
                if (!subscribed.contains(push.channel())) {
                    throw new IllegalStateException("%s got a publication of %s before it was subscribed"
                            .formatted(account.name, push.channel()));
                }
                seen(push.channel(), publication);
                yield List.of();
            }
            case Push.Connect connect -> {
                client = connect.client();
                connect.subs().forEach(this::opened);
                yield List.of();
            }
            case Push.Unsubscribe(int code, String _)
            when code >= 2500 -> {
                subscribed.remove(push.channel());
                account.ended("unsubscribe " + code);
                yield List.of(subscribe(push.channel()));
            }
            case Push.Unsubscribe(int code, String _) -> throw new IOException("unsubscribe " + code);
            case Push.Disconnect(int code, String _, boolean _) -> throw new IOException("disconnect " + code);
            case Push.Join _, Push.Leave _, Push.Message _, Push.Subscribe _, Push.Refresh _ -> List.of();
        };
    }

    private void opened(String channel, Result.Subscribe result) {
        var position = new Position(result.position().epoch(), result.position().offset());
        if (result.wasRecovering() && !result.recovered()) {
            account.gap(channel, position);
        } else {
            account.stand(channel, position);
            result.publications().forEach(publication -> seen(channel, publication));
        }
        subscribed.add(channel);
        if (subscribed.containsAll(Load.ROOMS)) {
            members.in(account.name, client);
        }
    }

    private void seen(String channel, Publication publication) {
        account.event(channel, Load.keyOf(publication.data()), publication.offset());
    }

    /// The connection is over.
    void over() {
        members.out(account.name);
    }

    /// What lets requests beside the stream reach this session.
    String session() {
        return session;
    }

    String node() {
        return node;
    }
}
