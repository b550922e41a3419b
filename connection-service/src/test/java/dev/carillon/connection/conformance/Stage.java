package dev.carillon.connection.conformance;

import dev.carillon.testkit.TestOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Where one scenario is played over one transport: its clients, which are gone when it ends, and channels of
/// its own.
final class Stage implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Transport transport;
    private final TestOwner owner;
    private final List<Talker> talkers = new ArrayList<>();
    private final int number = NUMBER.incrementAndGet();

    Stage(Transport transport, TestOwner owner) {
        this.transport = transport;
        this.owner = owner;
    }

    Transport transport() {
        return transport;
    }

    TestOwner owner() {
        return owner;
    }

    /// A client that has said nothing yet.
    Talker open() {
        return open(transport);
    }

    Talker open(Transport other) {
        var talker = new Talker(other);
        talkers.add(talker);
        return talker;
    }

    /// A client that is connected.
    Talker connected() {
        return open().connect();
    }

    String channel(String name) {
        return name + "-" + number;
    }

    @Override
    public void close() {
        talkers.forEach(Talker::close);
    }
}
