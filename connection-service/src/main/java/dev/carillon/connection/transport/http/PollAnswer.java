package dev.carillon.connection.transport.http;

import com.google.protobuf.ByteString;
import dev.carillon.connection.api.EventJson;
import dev.carillon.connection.feed.Publication;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Puts the answer to a long poll together: as much as fits of what was found, and positions that say exactly
/// how much that is.
///
/// Confined to one call.
final class PollAnswer {

    /// What was found of one channel, in order.
    static final class Found {

        private sealed interface Step {
            record Event(Position position, Publication publication) implements Step {}

            record Gap(Position position) implements Step {}
        }

        private final Channel channel;
        private final Queue<Step> steps = new ArrayDeque<>();
        private Position taken;
        private Position top;

        /// @param from what the client has
        Found(Channel channel, Position from) {
            this.channel = channel;
            this.taken = from;
            this.top = from;
        }

        void event(Position position, Publication publication) {
            steps.add(new Step.Event(position, publication));
            top = position;
        }

        /// What lies before `position` cannot be had.
        void gap(Position position) {
            steps.add(new Step.Gap(position));
            top = position;
        }

        /// There is nothing more up to `position`.
        void seen(Position position) {
            top = position;
        }

        boolean isEmpty() {
            return steps.isEmpty();
        }

        /// Where the client is, having what was taken.
        private Position position() {
            return steps.isEmpty() ? top : taken;
        }
    }

    private final int limit;
    private final long maxBytes;
    private final List<ByteString> items = new ArrayList<>();
    private final TreeSet<Channel> gaps = new TreeSet<>();
    private long bytes;

    private PollAnswer(int limit, long maxBytes) {
        this.limit = limit;
        this.maxBytes = maxBytes;
    }

    /// The answer's body.
    ///
    /// @param maxBytes of events, but one there may always be
    /// @param interval how long the client is to wait before its next poll; null for not at all
    static byte[] of(Collection<Found> found, int limit, long maxBytes, @Nullable Duration interval) {
        var answer = new PollAnswer(limit, maxBytes);
        answer.take(found);
        return answer.body(found, interval);
    }

    /// Takes from all channels in turn, so that a busy one does not keep the others waiting.
    private void take(Collection<Found> found) {
        boolean more = true;
        while (more) {
            more = false;
            for (var channel : found) {
                more |= takeOne(channel);
            }
        }
    }

    /// @return false when this channel has nothing more to take
    private boolean takeOne(Found found) {
        return switch (found.steps.peek()) {
            case null -> false;
            case Found.Step.Gap(var position) -> {
                found.steps.remove();
                found.taken = position;
                gaps.add(found.channel);
                yield true;
            }
            case Found.Step.Event(var position, var publication) -> {
                var json = publication.as(EventJson.FRAMING);
                if (!fits(json)) {
                    yield false;
                }
                found.steps.remove();
                found.taken = position;
                items.add(json);
                bytes += json.size();
                yield true;
            }
        };
    }

    private boolean fits(ByteString json) {
        return items.isEmpty() || (items.size() < limit && bytes + json.size() <= maxBytes);
    }

    private byte[] body(Collection<Found> found, @Nullable Duration interval) {
        var rest = Json.MAPPER.createObjectNode();
        var channels = rest.putObject("channels");
        found.forEach(channel -> channels.set(channel.channel.name(), Json.position(channel.position())));
        if (!gaps.isEmpty()) {
            var names = rest.putArray("gaps");
            gaps.forEach(channel -> names.add(channel.name()));
        }
        if (interval != null) {
            rest.put("interval", interval.toSeconds());
        }
        return EventJson.answer(items, rest.toString());
    }
}
