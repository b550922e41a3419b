package dev.carillon.connection;

import io.vertx.core.Vertx;

/// Calls of other people's servers, for tests without a node.
public final class TestOutbound {

    private TestOutbound() {}

    public static Outbound on(Vertx vertx) {
        return new Outbound(vertx);
    }
}
