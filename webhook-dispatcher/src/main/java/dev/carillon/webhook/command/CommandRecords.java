package dev.carillon.webhook.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Commands as JSON records of [Topics#DELIVERY_COMMAND].
public final class CommandRecords {

    private static final String REPLAY = "replay";
    private static final String PURGE = "purge";
    private static final String RECOVER = "recover";
    private static final String REPLAY_MISSING = "replay-missing";
    private static final String RESEND = "resend";
    private static final String CANCEL = "cancel";

    private CommandRecords() {}

    /// What a command is called, in its record and in the row of its operation.
    public static String name(Command command) {
        return switch (command) {
            case Command.Replay _ -> REPLAY;
            case Command.Purge _ -> PURGE;
            case Command.Recover recover -> recover.missing() ? REPLAY_MISSING : RECOVER;
            case Command.Resend _ -> RESEND;
            case Command.Cancel _ -> CANCEL;
        };
    }

    public static ProducerRecord<byte[], byte[]> write(Command command, int partition) {
        return switch (command) {
            case Command.Replay replay -> {
                var tree = letters(replay);
                tree.put("again", replay.again());
                yield record(partition, replay.filter().endpoint(), tree);
            }
            case Command.Purge purge -> record(partition, purge.filter().endpoint(), letters(purge));
            case Command.Recover recover -> record(partition, recover.endpoint(), recover(recover));
            case Command.Resend resend ->
                record(partition, resend.endpoint(), delivery(command, resend.endpoint(), resend.event()));
            case Command.Cancel cancel ->
                record(
                        partition,
                        cancel.endpoint(),
                        delivery(command, cancel.endpoint(), cancel.event()).put("before", cancel.before()));
        };
    }

    /// @throws IllegalArgumentException when it is no command
    public static Command read(byte @Nullable [] value) {
        var tree = Trees.read("command", value);
        var operation = tree.path("operation").asText();
        return switch (tree.path("command").asText()) {
            case REPLAY ->
                new Command.Replay(operation, filter(tree), tree.path("again").asBoolean(false), reached(tree));
            case PURGE -> new Command.Purge(operation, filter(tree), reached(tree));
            case RECOVER -> recover(tree, operation, false);
            case REPLAY_MISSING -> recover(tree, operation, true);
            case RESEND ->
                new Command.Resend(operation, Trees.required(tree, "endpoint"), Trees.required(tree, "event"));
            case CANCEL ->
                new Command.Cancel(
                        operation,
                        Trees.required(tree, "endpoint"),
                        Trees.required(tree, "event"),
                        tree.path("before").asLong(0));
            default -> throw new IllegalArgumentException("command is unknown");
        };
    }

    /// A filter as members of a tree.
    static void write(LetterFilter filter, ObjectNode tree) {
        Trees.put(tree, "endpoint", filter.endpoint());
        Trees.put(tree, "owner", filter.owner());
        Trees.put(tree, "reasons", filter.reasons());
        Trees.put(tree, "events", filter.events());
        Trees.put(tree, "since", filter.since());
        Trees.put(tree, "until", filter.until());
    }

    static LetterFilter filter(JsonNode tree) {
        return new LetterFilter(
                Trees.text(tree, "endpoint"),
                Trees.text(tree, "owner"),
                Set.copyOf(Trees.texts(tree, "reasons")),
                Set.copyOf(Trees.texts(tree, "events")),
                Trees.instant(tree, "since"),
                Trees.instant(tree, "until"));
    }

    private static ObjectNode letters(Command.Letters command) {
        var tree = tree(command);
        write(command.filter(), tree);
        return write(command.reached(), tree);
    }

    private static ObjectNode recover(Command.Recover command) {
        var tree = tree(command).put("endpoint", command.endpoint());
        Trees.put(tree, "since", command.since());
        Trees.put(tree, "until", command.until());
        return write(command.reached(), tree);
    }

    private static Command.Recover recover(JsonNode tree, String operation, boolean missing) {
        return new Command.Recover(
                operation,
                Trees.required(tree, "endpoint"),
                Trees.instant(tree, "since"),
                Trees.instant(tree, "until"),
                missing,
                reached(tree));
    }

    private static ObjectNode write(Reached reached, ObjectNode tree) {
        tree.put("after", reached.after()).put("end", reached.end()).put("done", reached.done());
        Trees.put(tree, "began", reached.began());
        return tree;
    }

    private static Reached reached(JsonNode tree) {
        return new Reached(
                // Earlier versions wrote -1 for commands that had not begun.
                Math.max(0, tree.path("after").asLong(0)),
                tree.path("end").asLong(-1),
                tree.path("done").asLong(0),
                Trees.instant(tree, "began"));
    }

    private static ObjectNode delivery(Command command, String endpoint, String event) {
        return tree(command).put("endpoint", endpoint).put("event", event);
    }

    private static ObjectNode tree(Command command) {
        return Trees.object().put("command", name(command)).put("operation", command.operation());
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, @Nullable String endpoint, ObjectNode tree) {
        var key = endpoint == null ? null : endpoint.getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(Topics.DELIVERY_COMMAND, partition, key, Trees.bytes(tree));
    }
}
