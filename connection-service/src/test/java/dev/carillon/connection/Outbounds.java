package dev.carillon.connection;

import io.vertx.core.Vertx;

/// What calls other servers, for tests without a container.
public final class Outbounds implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Outbound outbound = new Outbound(vertx);

    public Outbound outbound() {
        return outbound;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
