package dev.carillon.connection.hook;

import java.util.Locale;

/// What the application can be asked.
public enum Hook {
    /// Who is this?
    CONNECT,
    /// May it stay?
    REFRESH,
    /// May it subscribe?
    SUBSCRIBE,
    /// May it publish?
    PUBLISH,
    /// What is the answer to its call?
    RPC;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
