package dev.carillon.webhook.command;

/// Asks the owner of a partition for something: a record of the topic of commands.
///
/// A command is carried out exactly once: what it does is in one transaction with the decision about its
/// record. A long one goes in chunks, each of which ends with the command for the rest.
public sealed interface Command {

    /// Names what was asked for; the same in all partitions and chunks.
    String operation();

    /// One that goes through the dead letters of its partition.
    sealed interface Letters extends Command {

        LetterFilter filter();

        /// Whether letters count that were replayed before.
        boolean again();

        Reached reached();

        /// What is left when it has come so far.
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

    /// Deliver an event again, whatever became of it before.
    record Resend(String operation, String endpoint, String event) implements Command {}

    /// Attempt a delivery no more.
    ///
    /// @param before deliveries that come at or after this offset are not meant
    record Cancel(String operation, String endpoint, String event, long before) implements Command {}
}
