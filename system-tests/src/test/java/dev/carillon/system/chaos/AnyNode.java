package dev.carillon.system.chaos;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Some node, alive or not: what a client without a balancer does. Safe for use by many threads.
final class AnyNode implements Supplier<Instance> {

    private final List<Instance> nodes;
    private final Random random;

    AnyNode(List<Instance> nodes, Random random) {
        this.nodes = List.copyOf(nodes);
        this.random = random;
    }

    @Override
    public Instance get() {
        return nodes.get(random.nextInt(nodes.size()));
    }
}
