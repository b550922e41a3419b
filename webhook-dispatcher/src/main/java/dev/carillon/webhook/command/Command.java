package dev.carillon.webhook.command;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Asks the owner of a partition for something: a record of the topic of commands.
///
/// A command is carried out exactly once: what it does is in one transaction with the decision about its
/// record. A long one goes in chunks, each of which ends with the command for the rest.
public sealed interface Command {

    /// Names what was asked for; the same in all partitions and chunks.
    String operation();

    /// One that is carried out in chunks.
    sealed interface Chunked extends Command {

        Reached reached();

        /// What is left when it has come so far.
        Chunked from(Reached reached);
    }

    /// One that goes through the dead letters of its partition.
    sealed interface Letters extends Chunked {

        LetterFilter filter();

        /// Whether letters count that were replayed before.
        boolean again();

        @Override
        Letters from(Reached reached);
    }

    /// Deliver dead letters again; of several for one event and endpoint the newest.
    record Replay(String operation, LetterFilter filter, boolean again, Reached reached) implements Letters {
        @Override
        public Replay from(Reached now) {
            return new Replay(operation, filter, again, now);
        }
    }

    /// Take dead letters out of all listings and replays, for good.
    record Purge(String operation, LetterFilter filter, Reached reached) implements Letters {
        @Override
        public boolean again() {
            return true;
        }

        @Override
        public Purge from(Reached now) {
            return new Purge(operation, filter, now);
        }
    }

    /// Deliver again what was owed to an endpoint in a stretch of time.
    ///
    /// @param since only what was accepted at or after it; null for everything that Kafka still has
    /// @param until only what was accepted before it, or null
    /// @param missing only what the ledger does not call delivered
    record Recover(
            String operation,
            String endpoint,
            @Nullable Instant since,
            @Nullable Instant until,
            boolean missing,
            Reached reached)
            implements Chunked {
        @Override
        public Recover from(Reached now) {
            return new Recover(operation, endpoint, since, until, missing, now);
        }
    }

    /// Deliver an event again, whatever became of it before.
    record Resend(String operation, String endpoint, String event) implements Command {}

    /// Attempt a delivery no more.
    ///
    /// @param before deliveries that come at or after this offset are not meant
    record Cancel(String operation, String endpoint, String event, long before) implements Command {}
}
