package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.JsonText;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.Publisher;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Result;
import java.time.Instant;
import java.util.Map;

/// Carries out the commands that publish.
///
/// Confined to the session's event loop.
final class PublishRequests {

    private final Session session;
    private final Requests requests;

    PublishRequests(Session session, Requests requests) {
        this.session = session;
        this.requests = requests;
    }

    void publish(long id, Channel channel, Method.Publish request) {
        if (request.data().isEmpty()) {
            session.fail(id, ErrorCode.BAD_REQUEST);
        } else if (request.type() != 0) {
            session.fail(id, ErrorCode.NOT_AVAILABLE);
        } else if (isTooLarge(channel, request.data())) {
            session.fail(id, ErrorCode.LIMIT_EXCEEDED);
        } else if (!session.allowance().publish(session.surroundings().namespace(channel))) {
            session.refuseForRate(id);
        } else {
            requests.decide(
                    id,
                    then -> session.permits().publish(channel, request.data(), then),
                    data -> append(id, channel, data));
        }
    }

    private void append(long id, Channel channel, ByteString data) {
        if (isTooLarge(channel, data)) {
            session.fail(id, ErrorCode.LIMIT_EXCEEDED);
            return;
        }
        var event = event(channel, data);
        requests.answer(id, () -> session.surroundings().append(event), _ -> session.succeed(id, new Result.Publish()));
    }

    private boolean isTooLarge(Channel channel, ByteString data) {
        var namespace = session.surroundings().namespace(channel);
        return data.size() > namespace.maxEventSize(session.limits().maxEventSize());
    }

    private Event event(Channel channel, ByteString data) {
        var subscription = session.subscriptions().get(channel);
        var publisher = new Publisher(
                session.claims().user(),
                session.id(),
                session.info(),
                subscription == null ? ByteString.EMPTY : subscription.info());
        boolean json = session.codec() instanceof JsonCodec || JsonText.isJson(data);
        return new Event(
                Event.Id.random(),
                Event.DEFAULT_TYPE,
                Event.DEFAULT_SOURCE,
                Instant.now(),
                channel,
                json ? MediaTypes.JSON : "",
                data,
                Map.of(),
                publisher);
    }
}
