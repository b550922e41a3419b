package dev.carillon.connection.node;

/// The count of a node's connections, for tests without a node.
public final class TestConnections {

    private TestConnections() {}

    public static Connections none() {
        return new Connections();
    }
}
