package dev.carillon.bench.load;

/// A way to be a client of some server.
public interface Dialect {

    /// @param client the number of the client, from 0
    /// @param host what its requests name as `Host`
    Conversation converse(int client, String host, Conversation.Ear ear);

    /// How many channels a client listens to; each of their publications is one delivery to it.
    default int channelsPerClient() {
        return 1;
    }
}
