package dev.carillon.webhook.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandRecordsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final LetterFilter FILTER =
            new LetterFilter("ep", "acme", Set.of("gone"), Set.of("a", "b"), NOW, NOW.plusSeconds(1));

    @Test
    void readsWhatItWrites() {
        for (var command : List.<Command>of(
                new Command.Replay("op_1", FILTER, true, new Reached(5, 9, 3, NOW)),
                new Command.Replay("op_2", LetterFilter.all(), false, Reached.none()),
                new Command.Purge("op_3", FILTER, Reached.none()),
                new Command.Recover("op_6", "ep", NOW, NOW.plusSeconds(1), false, Reached.none()),
                new Command.Recover("op_7", "ep", null, null, true, new Reached(5, 9, 3, NOW)),
                new Command.Resend("op_4", "ep", "event"),
                new Command.Cancel("op_5", "ep", "event", 7))) {
            assertThat(CommandRecords.read(CommandRecords.write(command, 2).value()))
                    .isEqualTo(command);
        }
    }

    @Test
    void readsReplaysThatEarlierVersionsWrote() {
        var json = "{\"command\":\"replay\",\"operation\":\"op\",\"endpoint\":\"ep\",\"events\":[\"e\"],"
                + "\"again\":true,\"after\":3,\"end\":8}";

        var filter = new LetterFilter("ep", null, Set.of(), Set.of("e"), null, null);
        assertThat(CommandRecords.read(json.getBytes(UTF_8)))
                .isEqualTo(new Command.Replay("op", filter, true, new Reached(3, 8, 0, null)));
    }

    @Test
    void readsRecoveriesThatEarlierVersionsWrote() {
        var json = "{\"command\":\"replay-missing\",\"operation\":\"op\",\"endpoint\":\"ep\",\"since\":\"" + NOW
                + "\",\"after\":-1,\"end\":-1,\"done\":0}";

        assertThat(CommandRecords.read(json.getBytes(UTF_8)))
                .isEqualTo(new Command.Recover("op", "ep", NOW, null, true, Reached.none()));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        for (var json : List.of(
                "", "[]", "{}", "{\"command\":\"jump\"}", "{\"command\":\"resend\"}", "{\"command\":\"recover\"}")) {
            assertThatThrownBy(() -> CommandRecords.read(json.getBytes(UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void writesRowsThatItReads() {
        var asked = new OperationRow.Asked(
                "op", "replay", "acme", Trees.object().put("endpoint", "ep"), List.of(0, 2), NOW, false);
        var progress = new OperationRow.Progress(
                "op", 2, OperationRow.Progress.Stage.RUNNING, 5, 6, NOW, NOW.plusSeconds(1), "why");
        var cancellation = new OperationRow.Cancellation("ep", "event", 9, "op");

        for (var row : List.of(asked, asked.cancelled(), progress, cancellation)) {
            assertThat(OperationRow.read(row.record().value())).isEqualTo(row);
        }
    }
}
