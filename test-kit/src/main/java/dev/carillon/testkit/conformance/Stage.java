package dev.carillon.testkit.conformance;

import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import java.util.ArrayList;
import java.util.List;

/// Where one scenario is played over one transport: its clients, which are gone when it ends, and channels of
/// its own.
public final class Stage implements AutoCloseable {

    private final Transport transport;
    private final Site site;
    private final NodeHttp http;
    private final List<Talker> talkers = new ArrayList<>();
    private final String number;

    public Stage(Transport transport, Site site) {
        this.transport = transport;
        this.site = site;
        this.http = new NodeHttp(site);
        this.number = site.nextStage();
    }

    Transport transport() {
        return transport;
    }

    Site site() {
        return site;
    }

    TestOwner owner() {
        return site.owner();
    }

    KafkaProbe kafka() {
        return site.kafka();
    }

    /// The application.
    NodeHttp http() {
        return http;
    }

    /// A client that has said nothing yet.
    public Talker open() {
        return open(transport);
    }

    Talker open(Transport other) {
        return open(other, site.door());
    }

    Talker open(Transport other, Door door) {
        var talker = new Talker(other, door);
        talkers.add(talker);
        return talker;
    }

    /// At that node, counted on beyond the last.
    Talker open(int node) {
        return open(transport, site.door(node));
    }

    Talker connected(int node) {
        return open(node).connect();
    }

    /// A client that is connected.
    public Talker connected() {
        return open().connect();
    }

    public String channel(String name) {
        return name + "-" + number;
    }

    @Override
    public void close() {
        talkers.forEach(Talker::close);
    }
}
