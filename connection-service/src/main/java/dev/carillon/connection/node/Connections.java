package dev.carillon.connection.node;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/// How many clients are connected to this node, over all transports.
///
/// Safe for use by many threads.
@Singleton
public final class Connections {

    private final AtomicInteger open = new AtomicInteger();

    Connections() {}

    public void opened() {
        open.incrementAndGet();
    }

    public void closed() {
        open.decrementAndGet();
    }

    public int count() {
        return open.get();
    }
}
