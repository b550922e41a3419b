package dev.carillon.connection.session;

import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Frame;
import java.util.List;

/// The way to one client: all that a transport has to offer. Called on the session's event loop, never waits.
public interface Wire {

    /// Writes frames, in order, as few units of the transport as it can.
    ///
    /// @param done called on the session's event loop when they are handed to the network, or could not be:
    ///     `false`
    void write(List<Frame> frames, Done done);

    /// Sends a ping of the transport's own; only for sessions with [Pings#TRANSPORT].
    void ping();

    /// Ends the connection after what was written before.
    void close(CloseCode code);

    /// The same with a code of the application's. Where there is no room for that, it is one of ours that lets
    /// the client do the same.
    default void close(int code, String reason) {
        close(CloseCode.reconnects(code) ? CloseCode.FORCE_RECONNECT : CloseCode.FORCE_NO_RECONNECT);
    }

    /// Hears how a write went.
    @FunctionalInterface
    interface Done {
        void written(boolean well);
    }

    /// Who finds out whether the client is still there.
    enum Pings {
        /// Pings and pongs of the client protocol.
        PROTOCOL,
        /// Those of the transport: the session asks for them, and hears of traffic.
        TRANSPORT,
        /// Nobody: pings of the client protocol keep the connection open, and nothing comes back.
        UNANSWERED
    }
}
