package dev.carillon.connection.session;

import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.Method;
import java.util.ArrayList;
import java.util.List;

/// Commands that wait until something has come about, in order. Bounded by number and by bytes.
///
/// Confined to the session's event loop.
final class WaitingCommands {

    private final long maxBytes;
    private List<Command> commands = List.of();
    private long bytes;

    WaitingCommands(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// @return false when too many wait
    boolean add(Command command) {
        bytes += weight(command.method());
        if (commands.size() >= SessionLimits.MAX_WAITING_COMMANDS || bytes > maxBytes) {
            return false;
        }
        if (commands.isEmpty()) {
            commands = new ArrayList<>(4);
        }
        return commands.add(command);
    }

    /// Those that wait; after that none does.
    List<Command> takeAll() {
        var taken = commands;
        clear();
        return taken;
    }

    void clear() {
        commands = List.of();
        bytes = 0;
    }

    /// What clients fill at their will.
    private static long weight(Method method) {
        return switch (method) {
            case Method.Publish publish -> publish.data().size();
            case Method.Rpc rpc -> rpc.data().size();
            case Method.Subscribe subscribe ->
                subscribe.data().size() + subscribe.token().length();
            case Method.SubRefresh refresh -> refresh.token().length();
            case Method.Refresh refresh -> refresh.token().length();
            case Method.Send send -> send.data().size();
            case Method.Connect _,
                    Method.Unsubscribe _,
                    Method.History _,
                    Method.Presence _,
                    Method.PresenceStats _,
                    Method.Ping _,
                    Method.Pong _ -> 0;
        };
    }
}
