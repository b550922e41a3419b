package dev.carillon.connection.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.ClaimsReader;
import dev.carillon.contract.Channel;
import dev.carillon.contract.NodeCommand;
import dev.carillon.contract.NodeCommand.Target;
import dev.carillon.contract.Overrides;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.kit.Durations;
import dev.carillon.kit.JsonMembers;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a command out of a request's JSON object, or says all that is wrong with it. Confined to one call.
final class BodyReader {

    /// What fits into a WebSocket close frame.
    private static final int MAX_REASON_BYTES = 123;

    private static final int MAX_TEXT = 1000;
    private static final Channel NOWHERE = new Channel("-");
    private static final Target NOBODY = new Target("-", "", "", new HashSet<>());

    private final JsonMembers members;

    /// @throws ProblemException when the body is not a JSON object
    BodyReader(@Nullable JsonNode body) {
        if (!(body instanceof ObjectNode object)) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the body must be a JSON object");
        }
        this.members = JsonMembers.of(object);
    }

    static ProblemException fault(String pointer, String detail) {
        return ProblemException.of(
                ProblemType.BAD_REQUEST, "the request is not valid", List.of(new FieldFault(pointer, detail)));
    }

    /// What clients are told: the members `code` and `reason`. Without them they are not to return.
    NodeCommand.Disconnect disconnect() {
        int code = (int) members.number("code", 3000, 4999, CloseCode.FORCE_NO_RECONNECT.code());
        var reason = members.text("reason", MAX_TEXT);
        if (reason.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
            members.fault("/reason", "must not be longer than " + MAX_REASON_BYTES + " bytes");
        }
        return good(new NodeCommand.Disconnect(target(), code, reason.isEmpty() ? CloseCode.reason(code) : reason));
    }

    NodeCommand.Subscribe subscribe() {
        return good(new NodeCommand.Subscribe(target(), channel(), json("info"), json("data"), overrides()));
    }

    private Overrides overrides() {
        try {
            return ClaimsReader.overrides(members.node("override"));
        } catch (IllegalArgumentException e) {
            members.fault("/override", String.valueOf(e.getMessage()));
            return Overrides.NONE;
        }
    }

    /// Any JSON; empty when there is none.
    private ByteString json(String name) {
        var node = members.node(name);
        return JsonMembers.isAbsent(node) ? ByteString.EMPTY : ByteString.copyFromUtf8(node.toString());
    }

    NodeCommand.Unsubscribe unsubscribe() {
        return good(new NodeCommand.Unsubscribe(target(), channel()));
    }

    NodeCommand.Refresh refresh() {
        return good(
                new NodeCommand.Refresh(target(), members.flag("expired", false), instant("expireAt"), json("info")));
    }

    NodeCommand.Release drain(String node, Duration otherwise) {
        return good(new NodeCommand.Release(node, 1, period(otherwise), false));
    }

    NodeCommand.Release shed(String node, Duration otherwise) {
        double share = members.node("share").asDouble();
        boolean isPart = share > 0 && share <= 1;
        if (!isPart) {
            members.fault("/share", "must be a number above 0, up to 1");
        }
        return good(new NodeCommand.Release(node, isPart ? share : 1, period(otherwise), true));
    }

    NodeCommand.Release accept(String node, Duration otherwise) {
        return good(new NodeCommand.Release(node, 0, period(otherwise), true));
    }

    /// Whom it is about: the members `user`, `client`, `session`, `except`.
    private Target target() {
        var except = new HashSet<String>();
        members.node("except").forEach(client -> except.add(client.asText()));
        try {
            return new Target(
                    members.text("user", MAX_TEXT),
                    members.text("client", MAX_TEXT),
                    members.text("session", MAX_TEXT),
                    except);
        } catch (IllegalArgumentException e) {
            if (!members.isFaulty("/user") && !members.isFaulty("/client") && !members.isFaulty("/session")) {
                members.fault("/user", "one of user, client and session must be named");
            }
            return NOBODY;
        }
    }

    private Channel channel() {
        var name = members.text("channel", MAX_TEXT);
        var fault = Channel.fault(name);
        if (!fault.isEmpty() && !members.isFaulty("/channel")) {
            members.fault("/channel", fault);
        }
        return fault.isEmpty() ? new Channel(name) : NOWHERE;
    }

    private @Nullable Instant instant(String name) {
        var text = members.text(name, MAX_TEXT);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            members.fault("/" + name, "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z");
            return null;
        }
    }

    private Duration period(Duration otherwise) {
        var node = members.node("period");
        if (JsonMembers.isAbsent(node)) {
            return otherwise;
        }
        try {
            var period = Durations.parse(node);
            if (!period.isNegative() && period.compareTo(Duration.ofDays(1)) <= 0) {
                return period;
            }
        } catch (IllegalArgumentException _) {
            // Answered like one out of range.
        }
        members.fault("/period", "must be a duration of up to a day: 30s, PT30S, or a number of seconds");
        return otherwise;
    }

    /// @throws ProblemException with one entry per member that is wrong
    private <T> T good(T command) {
        if (!members.faults().isEmpty()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the request is not valid", members.faults());
        }
        return command;
    }
}
