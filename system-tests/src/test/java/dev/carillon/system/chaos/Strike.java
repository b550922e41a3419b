package dev.carillon.system.chaos;

import java.time.Duration;

/// One blow of the nemesis.
///
/// @param target the instance's name; all of them for a roll
/// @param down how long it stays away, or stands still
/// @param pause how long the nemesis waits before it strikes
record Strike(Kind kind, String target, Duration down, Duration pause) {

    /// How.
    enum Kind {
        /// `kill -9` of a service, and a start after a while.
        KILL,
        /// The same for a broker, once all copies are complete.
        BROKER,
        /// SIGSTOP, and SIGCONT when everybody takes it for dead.
        FREEZE,
        /// SIGTERM, and a start.
        RESTART,
        /// SIGTERM and start of everything, one after another.
        ROLL
    }

    boolean isKill() {
        return kind == Kind.KILL || kind == Kind.BROKER;
    }
}
