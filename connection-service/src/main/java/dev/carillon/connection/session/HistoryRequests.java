package dev.carillon.connection.session;

import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Carries out the commands that read a channel's past.
///
/// Confined to the session's event loop.
final class HistoryRequests {

    private final Session session;
    private final Requests requests;

    HistoryRequests(Session session, Requests requests) {
        this.session = session;
        this.requests = requests;
    }

    void history(long id, Channel channel, Method.History request) {
        var since = request.since();
        Position after;
        try {
            after = since == null ? null : new Position(since.epoch(), since.offset());
        } catch (IllegalArgumentException e) {
            session.fail(id, ErrorCode.BAD_REQUEST);
            return;
        }
        int max = session.limits().maxPage();
        int limit = request.limit() < 0 ? max : Math.min(max, request.limit());
        var fault = session.permits().fault(Action.HISTORY, channel);
        var namespace = session.surroundings().namespace(channel);
        if (fault != null || !namespace.keepsHistory()) {
            session.fail(id, fault != null ? fault : ErrorCode.NOT_AVAILABLE);
            return;
        }
        requests.answer(
                id,
                () -> session.surroundings().history(channel, after, limit, request.reverse()),
                page -> answerHistory(id, after, page));
    }

    private void answerHistory(long id, @Nullable Position after, InboxMessage.HistoryPage page) {
        if (after != null && !page.complete()) {
            session.fail(id, ErrorCode.UNRECOVERABLE_POSITION);
            return;
        }
        var position = new StreamPosition(page.upTo(), page.epoch());
        session.succeed(id, new Result.History(fitting(page.entries()), position));
    }

    /// As many as one reply can hold; the client asks for the rest with its next page.
    private List<Publication> fitting(List<LogEntry> entries) {
        var fitting = new ArrayList<Publication>(entries.size());
        long left = session.limits().maxReplyBytes();
        for (var entry : entries) {
            left -= entry.event().data().size();
            if (left < 0 && !fitting.isEmpty()) {
                break;
            }
            fitting.add(Pushes.publication(entry));
        }
        return fitting;
    }
}
