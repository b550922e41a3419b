package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.webhook.command.Command;
import dev.carillon.webhook.command.Reached;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;

/// Asks the owner of an endpoint to deliver a stretch of time again. The answer only says that it is told.
@Singleton
final class Recovery {

    private static final JsonMapper JSON = new JsonMapper();

    private final Endpoints endpoints;
    private final NewestRecords records;
    private final Operations operations;

    Recovery(Endpoints endpoints, NewestRecords records, Operations operations) {
        this.endpoints = endpoints;
        this.records = records;
        this.operations = operations;
    }

    /// @param missing only what was not delivered; else everything, and `since` is needed
    Response start(String id, ObjectNode body, boolean missing) {
        var endpoint = endpoints.get(id);
        var since = Requests.instant(body, "since");
        var until = Requests.instant(body, "until");
        if (since == null && !missing) {
            throw Requests.fault("/since", "must be a time (RFC 3339)");
        }
        if (since != null && until != null && !since.isBefore(until)) {
            throw Requests.fault("/until", "must be after since");
        }
        var subject = JSON.createObjectNode().put("endpoint", endpoint.id());
        if (since != null) {
            subject.put("since", since.toString());
        }
        if (until != null) {
            subject.put("until", until.toString());
        }
        var request = new Operations.Request(endpoint.settings().owner(), subject);
        var command = new Command.Recover(Operations.name(), endpoint.id(), since, until, missing, Reached.none());
        return operations.begin(request, records.partitions(endpoint.id()), command);
    }
}
