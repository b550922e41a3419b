package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.access.Access;
import dev.carillon.webhook.command.Command;
import dev.carillon.webhook.command.CommandRecords;
import dev.carillon.webhook.command.OperationRow.Asked;
import dev.carillon.webhook.command.OperationRow.Progress;
import dev.carillon.webhook.command.OperationRow.Progress.Stage;
import dev.carillon.webhook.command.OperationTable;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Begins operations, tells how far they are, and ends them early. Everything it knows is on topics, so any
/// replica answers. Waits: for virtual threads; safe for use by many.
@Singleton
final class Operations {

    private static final JsonMapper JSON = new JsonMapper();

    private final Endpoints endpoints;
    private final Clock clock = Clock.systemUTC();

    Operations(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /// A name for a new one.
    static String name() {
        return "op_" + UUID.randomUUID().toString().replace("-", "");
    }

    /// What is asked for.
    ///
    /// @param owner whose endpoints it is about, or null
    /// @param subject what it is about, for people
    record Request(@Nullable String owner, ObjectNode subject) {}

    /// Tells the owners of all these partitions, and answers that they are told. First the row, so that
    /// whatever is done is done under a known name.
    Response begin(Request request, List<Integer> partitions, Command command) {
        var asked = new Asked(
                command.operation(),
                CommandRecords.name(command),
                request.owner(),
                request.subject(),
                partitions,
                clock.instant(),
                false);
        var store = endpoints.running().store();
        store.put(asked.record(), table().rows());
        partitions.forEach(partition -> store.write(CommandRecords.write(command, partition)));
        return Response.accepted(JSON.createObjectNode().put("operation", command.operation()))
                .location(URI.create("/v1/operations/" + command.operation()))
                .build();
    }

    List<Asked> all() {
        return table().all().stream()
                .filter(Asked.class::isInstance)
                .map(Asked.class::cast)
                .toList();
    }

    Asked get(String operation, Access access) {
        var asked = table().find(operation);
        if (asked == null || !access.seesOwner(asked.owner())) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "there is no operation " + operation);
        }
        return asked;
    }

    /// No more of it, from the next chunk on. What is done stays done.
    Asked cancel(Asked asked) {
        if (isEnded(asked)) {
            throw ProblemException.of(ProblemType.CONFLICT, "the operation has ended already");
        }
        if (!asked.isCancelled()) {
            endpoints.running().store().put(asked.cancelled().record(), table().rows());
        }
        return asked.cancelled();
    }

    /// @param isWhole with the progress of each partition
    ObjectNode view(Asked asked, boolean isWhole) {
        var progress = progress(asked);
        var view = JSON.createObjectNode()
                .put("operation", asked.operation())
                .put("command", asked.command())
                .put("state", state(asked, progress));
        if (asked.owner() != null) {
            view.put("owner", asked.owner());
        }
        view.set("subject", asked.subject());
        view.put("createdAt", asked.createdAt().toString());
        progress.stream()
                .map(Progress::began)
                .min(java.util.Comparator.naturalOrder())
                .ifPresent(began -> view.put("began", began.toString()));
        if (isEnded(asked)) {
            progress.stream()
                    .map(Progress::updated)
                    .max(java.util.Comparator.naturalOrder())
                    .ifPresent(ended -> view.put("ended", ended.toString()));
        }
        view.put("done", progress.stream().mapToLong(Progress::done).sum())
                .put(
                        "remaining",
                        progress.stream().mapToLong(Progress::remaining).sum());
        if (isWhole) {
            var parts = view.putArray("partitions");
            asked.partitions().forEach(number -> parts.add(part(asked, number)));
        }
        return view;
    }

    private ObjectNode part(Asked asked, int partition) {
        var part = JSON.createObjectNode().put("partition", partition);
        var progress = table().progress(asked.operation(), partition);
        if (progress == null) {
            return part.put("state", "waiting");
        }
        part.put("state", progress.stage().text())
                .put("done", progress.done())
                .put("remaining", progress.remaining())
                .put("began", progress.began().toString())
                .put("updated", progress.updated().toString());
        return progress.detail().isEmpty() ? part : part.put("detail", progress.detail());
    }

    /// `waiting`, `running`, `cancelling`, `done`, `cancelled` or `failed`: the last ones only when nothing
    /// more comes.
    private String state(Asked asked, List<Progress> progress) {
        if (!isEnded(asked)) {
            if (asked.isCancelled()) {
                return "cancelling";
            }
            return progress.isEmpty() ? "waiting" : Stage.RUNNING.text();
        }
        for (var stage : List.of(Stage.FAILED, Stage.CANCELLED)) {
            if (progress.stream().anyMatch(part -> part.stage() == stage)) {
                return stage.text();
            }
        }
        return Stage.DONE.text();
    }

    private boolean isEnded(Asked asked) {
        var progress = progress(asked);
        return progress.size() == asked.partitions().size()
                && progress.stream().noneMatch(part -> part.stage() == Stage.RUNNING);
    }

    private List<Progress> progress(Asked asked) {
        return asked.partitions().stream()
                .map(number -> table().progress(asked.operation(), number))
                .filter(Objects::nonNull)
                .toList();
    }

    private OperationTable table() {
        return endpoints.running().engine().operations();
    }
}
