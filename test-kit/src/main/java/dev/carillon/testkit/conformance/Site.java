package dev.carillon.testkit.conformance;

import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The nodes that a pack is played on, and what stands behind them. Safe for use by many threads.
public final class Site {

    private final List<URI> nodes;
    private final KafkaProbe kafka;
    private final @Nullable TestOwner owner;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger stages = new AtomicInteger();

    /// Tells channels of one run from those of others that share the Kafka.
    private final String run = UUID.randomUUID().toString().substring(0, 8);

    private Site(List<URI> nodes, KafkaProbe kafka, @Nullable TestOwner owner) {
        this.nodes = List.copyOf(nodes);
        this.kafka = kafka;
        this.owner = owner;
    }

    /// Nodes with owners that behave.
    public static Site of(List<URI> nodes, KafkaProbe kafka) {
        return new Site(nodes, kafka, null);
    }

    /// A node whose owner misbehaves when it is told to.
    public static Site of(URI node, KafkaProbe kafka, TestOwner owner) {
        return new Site(List.of(node), kafka, owner);
    }

    /// Part of the names of channels that are a stage's own.
    String nextStage() {
        return run + "-" + stages.incrementAndGet();
    }

    List<URI> nodes() {
        return nodes;
    }

    /// For the next client: the nodes take turns.
    Door door() {
        return door(turn.getAndIncrement());
    }

    /// @param number of the node, counted on beyond the last
    Door door(int number) {
        return new Door(node(number), node(number + 1));
    }

    private URI node(int number) {
        return nodes.get(Math.floorMod(number, nodes.size()));
    }

    KafkaProbe kafka() {
        return kafka;
    }

    TestOwner owner() {
        return Objects.requireNonNull(owner, "this site has no owner that misbehaves");
    }
}
