package dev.carillon.contract.client;

/// What a server tells a client: the answer to one command, a [Push], or a ping.
public sealed interface Reply permits Reply.Success, Reply.Failure, Reply.Ping, Push {
    /// A command was carried out.
    ///
    /// @param id the command's
    record Success(long id, Result result) implements Reply {
        public Success {
            Limits.requireUint32(id, "id");
        }
    }

    /// A command was refused.
    ///
    /// @param id the command's
    record Failure(long id, ReplyError error) implements Reply {
        public Failure {
            Limits.requireUint32(id, "id");
        }
    }

    /// Are you there? The empty reply, answered with [Method.Pong] if the connect result asked for it.
    record Ping() implements Reply {}
}
