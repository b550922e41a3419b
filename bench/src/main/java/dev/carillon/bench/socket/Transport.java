package dev.carillon.bench.socket;

import java.util.Locale;

/// What carries publications to clients.
enum Transport {
    SOCKET,
    STREAM,
    POLL;

    static Transport of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
