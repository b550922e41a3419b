package dev.carillon.contract;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;

/// What an owner, or another node, tells a node, in the order in which the node must hear it: a record of the
/// node's inbox.
///
/// Long answers come in parts, each small enough for one Kafka record: all parts but the last say `more`, and
/// nothing about the same channel stands between them. Parts of an answer to a follow join: each has its `from`
/// where the one before had its `upTo`.
public sealed interface InboxMessage {

    /// The log that the offsets in here belong to; empty where there are none.
    String epoch();

    /// An event that was just published on a followed channel; see [Chain].
    ///
    /// @param previous the channel has nothing between this offset and the entry's
    /// @param kept false when nobody is to be given it later
    record Live(String epoch, long previous, LogEntry entry, boolean kept) implements InboxMessage {
        public Live(String epoch, long previous, LogEntry entry) {
            this(epoch, previous, entry, true);
        }
    }

    /// The past of a followed channel was just removed: nothing up to `offset` is to be given to anybody any
    /// more. Has its place in the chain, like a publication.
    ///
    /// @param previous the channel has nothing between this offset and `offset`
    record Removed(String epoch, Channel channel, long previous, long offset) implements InboxMessage {}

    /// The answer to a follow: every publication of the channel after `from`, up to and including `upTo`. From
    /// here on the node hears live what comes after `upTo`.
    ///
    /// @param followId of the [Interest] that asked
    /// @param from the offset that was asked for, or a higher one when the owner does not remember that far back
    /// @param removed the past of the channel was removed up to this offset; 0 when it was not
    /// @param logEnd no offset of the channel is higher at the moment; 0 unless the node asked how far the log
    ///     reaches, `Long.MAX_VALUE` when that is not known
    /// @param part which part of the answer it is, from 0; `more` follow
    record Followed(
            String epoch,
            Channel channel,
            long followId,
            long from,
            long upTo,
            boolean more,
            List<LogEntry> entries,
            long removed,
            long logEnd,
            int part)
            implements InboxMessage {
        public Followed {
            entries = List.copyOf(entries);
        }

        public Followed(
                String epoch,
                Channel channel,
                long followId,
                long from,
                long upTo,
                boolean more,
                List<LogEntry> entries) {
            this(epoch, channel, followId, from, upTo, more, entries, 0, 0, 0);
        }
    }

    /// The offsets of the newest publications of channels that moved lately, so that a lost last message is
    /// missed.
    record Tops(String epoch, Map<Channel, Long> tops) implements InboxMessage {
        public Tops {
            tops = Map.copyOf(tops);
        }
    }

    /// A page of history: the answer to a [ChannelQuery.History] or a [ChannelQuery.HistorySince].
    ///
    /// @param queryId of the query
    /// @param complete false when the owner does not remember everything that the page should hold
    /// @param upTo how far the owner has read the log: what comes after is not in here
    /// @param part which part of the page it is, from 0; `more` follow
    record HistoryPage(
            String epoch,
            Channel channel,
            long queryId,
            boolean complete,
            long upTo,
            boolean more,
            List<LogEntry> entries,
            int part)
            implements InboxMessage {
        public HistoryPage {
            entries = List.copyOf(entries);
        }

        /// A whole page.
        public HistoryPage(
                String epoch, Channel channel, long queryId, boolean complete, long upTo, List<LogEntry> entries) {
            this(epoch, channel, queryId, complete, upTo, false, entries, 0);
        }
    }

    /// What a node says to a [NodeCommand] of this node.
    ///
    /// @param commandId of the command
    /// @param node who says it
    /// @param answer JSON
    record Answered(String commandId, String node, ByteString answer) implements InboxMessage {

        /// It is not about the log.
        @Override
        public String epoch() {
            return "";
        }
    }

    /// Commands that a client sent to another node than the one that has its session.
    ///
    /// @param from the node that sends them on
    /// @param number grows with every such message from that node, so that none is carried out twice when an
    ///     inbox is read again
    /// @param session the session's secret
    /// @param commands a frame of the session's codec
    record Commands(String from, long number, String session, ByteString commands) implements InboxMessage {

        /// It is not about the log.
        @Override
        public String epoch() {
            return "";
        }

        /// Neither the secret nor what the client says.
        @Override
        public String toString() {
            return "Commands[from=%s, number=%d, %d bytes]".formatted(from, number, commands.size());
        }
    }

    /// A message about who is in a channel. Such messages stand outside of the chain: they have no offset.
    sealed interface AboutMembers extends InboxMessage {}

    /// A client came into a followed channel. After a change of owner it may come twice.
    record Joined(String epoch, Channel channel, Member member) implements AboutMembers {}

    /// A client went from a followed channel; as [Joined].
    record Left(String epoch, Channel channel, Member member) implements AboutMembers {}

    /// Who is in a channel: the answer to a [ChannelQuery.Members].
    ///
    /// @param queryId of the query
    /// @param clients how many clients are there
    /// @param users how many different users they are
    /// @param complete false when there are too many to list, or some are only counted; then there are no members
    /// @param part which part of the list it is, from 0; `more` follow
    record Members(
            String epoch,
            Channel channel,
            long queryId,
            long clients,
            long users,
            boolean complete,
            boolean more,
            List<Member> members,
            int part)
            implements AboutMembers {
        public Members {
            members = List.copyOf(members);
        }

        /// A whole list.
        public Members(
                String epoch,
                Channel channel,
                long queryId,
                long clients,
                long users,
                boolean complete,
                List<Member> members) {
            this(epoch, channel, queryId, clients, users, complete, false, members, 0);
        }
    }

    /// How many are in a channel: the answer to a [ChannelQuery.MemberCounts].
    ///
    /// @param queryId of the query
    /// @param clients how many clients are there
    /// @param users how many different users they are
    record MemberCounts(String epoch, Channel channel, long queryId, long clients, long users)
            implements AboutMembers {}

    /// Owners took the node for dead for a while, and ended the presence rows that it had written. It writes
    /// them again.
    ///
    /// @param incarnation of the node
    record RowsEnded(String epoch, long incarnation) implements AboutMembers {}
}
