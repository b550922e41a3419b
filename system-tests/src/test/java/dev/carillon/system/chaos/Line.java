package dev.carillon.system.chaos;

import java.io.IOException;

/// One way of listening. What is heard goes to an account, and where the account stands is where a new
/// connection goes on.
///
/// Confined to its subscriber's thread.
interface Line {

    /// How long a connection may be silent before it is taken for dead: heartbeats and pings come every 3 s.
    int SILENCE_MILLIS = 12_000;

    /// Listens at that node until the connection ends, or the subscriber has stayed long enough.
    ///
    /// @throws IOException when the connection ends otherwise, with the reason
    void listen(Instance node, Stay stay) throws IOException, InterruptedException;

    /// How long a subscriber stays.
    interface Stay {
        boolean isOver();
    }
}
