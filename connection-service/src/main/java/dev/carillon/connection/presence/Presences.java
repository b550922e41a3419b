package dev.carillon.connection.presence;

import com.google.protobuf.ByteString;
import dev.carillon.connection.feed.Feed;
import dev.carillon.connection.feed.MemberQuestions;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Member;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Presence;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/// Says who of this node is in which channel, and finds out who is there altogether.
///
/// Safe for use by many threads, event loops included; stages complete on other threads.
@Singleton
public final class Presences {

    private static final Stay NOT_KEPT = () -> {};

    private final NodeIdentity node;
    private final PresenceRows rows;
    private final MemberQuestions questions;
    private final Feed feed;
    private final Rounds<Channel, InboxMessage.Members> who = new Rounds<>();
    private final Rounds<Channel, InboxMessage.MemberCounts> howMany = new Rounds<>();

    Presences(NodeIdentity node, PresenceRows rows, MemberQuestions questions, Feed feed) {
        this.node = node;
        this.rows = rows;
        this.questions = questions;
        this.feed = feed;
    }

    /// A client's time in a channel.
    @FunctionalInterface
    public interface Stay {
        /// The client is not in the channel any more. Calling it again does nothing.
        void end();
    }

    void start(@Observes StartupEvent event) {
        feed.onRowsEnded(incarnation -> {
            if (incarnation == node.incarnation()) {
                rows.writeAllSoon();
            }
        });
    }

    /// A client is in a channel from now on.
    ///
    /// @param options of the channel: whether anything is kept of it
    public Stay enter(Channel channel, Member member, Namespace options) {
        var row =
                switch (options.presence()) {
                    case OFF -> null;
                    case COUNTS ->
                        new Presence(channel, withoutInfos(member), node.name(), node.incarnation(), true, false);
                    case MEMBERS ->
                        new Presence(channel, member, node.name(), node.incarnation(), false, options.joinLeave());
                };
        if (row == null) {
            return NOT_KEPT;
        }
        rows.put(row);
        return () -> rows.remove(row.key());
    }

    /// Who is in a channel: all who entered it on this node before the call, and everybody else as far as the
    /// channel's owner knows.
    ///
    /// @return fails with a `ProblemException` (unavailable) when the owner does not answer in time
    public CompletionStage<InboxMessage.Members> members(Channel channel) {
        return who.join(channel, () -> rows.written(channel).thenCompose(after -> questions.members(channel, after)));
    }

    /// How many are in a channel, as for [#members].
    public CompletionStage<InboxMessage.MemberCounts> counts(Channel channel) {
        return howMany.join(
                channel, () -> rows.written(channel).thenCompose(after -> questions.counts(channel, after)));
    }

    private static Member withoutInfos(Member member) {
        return new Member(member.user(), member.client(), ByteString.EMPTY, ByteString.EMPTY);
    }
}
