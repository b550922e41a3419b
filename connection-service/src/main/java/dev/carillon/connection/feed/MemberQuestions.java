package dev.carillon.connection.feed;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Member;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/// Asks the owners of channels who, and how many, are in them.
///
/// Safe for use by many threads; stages complete on a thread of the feed, so hop back to your own.
@Singleton
public final class MemberQuestions {

    private final NodeIdentity node;
    private final OpenQuestions<Who> who;
    private final OpenQuestions<CompletableFuture<InboxMessage.MemberCounts>> howMany;

    MemberQuestions(NodeIdentity node, OwnerMail owners, ConnectionConfig config) {
        this.node = node;
        var room = new Semaphore(config.maxOpenHistories());
        this.who = new OpenQuestions<>(owners, config.historyTimeout(), room);
        this.howMany = new OpenQuestions<>(owners, config.historyTimeout(), room);
    }

    /// Waits for its answer, of which some may be there. The parts are touched by the inbox's thread only.
    private record Who(CompletableFuture<InboxMessage.Members> answer, Parts<Member> parts) {}

    /// Who is in a channel.
    ///
    /// @param after the owner answers when it has read the presence rows below this offset
    /// @return fails with a `ProblemException` (unavailable) when the owner does not answer in time
    public CompletionStage<InboxMessage.Members> members(Channel channel, long after) {
        var question = new Who(new CompletableFuture<>(), new Parts<>());
        return who.ask(question, question.answer(), id -> new ChannelQuery.Members(id, node.name(), channel, after));
    }

    /// How many are in a channel.
    ///
    /// @param after as for [#members]
    /// @return fails with a `ProblemException` (unavailable) when the owner does not answer in time
    public CompletionStage<InboxMessage.MemberCounts> counts(Channel channel, long after) {
        var answer = new CompletableFuture<InboxMessage.MemberCounts>();
        return howMany.ask(answer, answer, id -> new ChannelQuery.MemberCounts(id, node.name(), channel, after));
    }

    /// An answer, or a part of one. On the inbox's thread.
    void answered(InboxMessage.Members part) {
        var question = who.find(part.queryId());
        if (question == null) {
            return; // too late
        }
        if (question.parts().add(part.part(), part.members()) && !part.more()) {
            question.answer()
                    .complete(new InboxMessage.Members(
                            part.epoch(),
                            part.channel(),
                            part.queryId(),
                            part.clients(),
                            part.users(),
                            part.complete(),
                            question.parts().all()));
        }
    }

    /// An answer. On the inbox's thread.
    void answered(InboxMessage.MemberCounts counts) {
        var question = howMany.find(counts.queryId());
        if (question != null) {
            question.complete(counts);
        }
    }
}
