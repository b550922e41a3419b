package dev.carillon.connection.session;

import dev.carillon.connection.auth.Permissions;
import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Result;

/// Carries out the commands that ask who, and how many, are in a channel.
///
/// Confined to the session's event loop.
final class MemberRequests {

    private static final long MAX_COUNT = 0xffff_ffffL;

    private final Session session;
    private final Requests requests;

    MemberRequests(Session session, Requests requests) {
        this.session = session;
        this.requests = requests;
    }

    void presence(long id, Channel channel) {
        var namespace = session.surroundings().namespace(channel);
        var fault = session.permits().fault(Permissions.Action.PRESENCE, channel);
        if (fault != null) {
            session.fail(id, fault);
        } else if (namespace.presence() != Namespace.Presence.MEMBERS) {
            session.fail(id, ErrorCode.NOT_AVAILABLE);
        } else {
            requests.answer(id, () -> session.surroundings().members(channel), members -> {
                if (members.complete()) {
                    answer(id, members);
                } else {
                    session.fail(id, ErrorCode.LIMIT_EXCEEDED);
                }
            });
        }
    }

    void stats(long id, Channel channel) {
        var namespace = session.surroundings().namespace(channel);
        var fault = session.permits().fault(Permissions.Action.PRESENCE, channel);
        if (fault != null) {
            session.fail(id, fault);
        } else if (namespace.presence() == Namespace.Presence.OFF) {
            session.fail(id, ErrorCode.NOT_AVAILABLE);
        } else {
            requests.answer(
                    id,
                    () -> session.surroundings().counts(channel),
                    counts -> session.succeed(
                            id,
                            new Result.PresenceStats(
                                    Math.min(MAX_COUNT, counts.clients()), Math.min(MAX_COUNT, counts.users()))));
        }
    }

    /// A list that would fill the client's outbox would only close it.
    private void answer(long id, InboxMessage.Members members) {
        long bytes = members.members().stream()
                .mapToLong(member -> 100L
                        + member.user().length()
                        + member.connectionInfo().size()
                        + member.channelInfo().size())
                .sum();
        if (bytes > session.limits().maxReplyBytes()) {
            session.fail(id, ErrorCode.LIMIT_EXCEEDED);
        } else {
            session.succeed(id, MemberPushes.presence(members));
        }
    }
}
