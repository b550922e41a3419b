package dev.carillon.connection.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/// Stages, seen from requests.
final class Stages {

    private Stages() {}

    /// Waits: for virtual threads.
    ///
    /// @throws RuntimeException the stage's own failure
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /// Without the wrapping that stages put around failures.
    static <T> CompletionStage<T> unwrapped(CompletionStage<T> stage) {
        return stage.exceptionallyCompose(failure -> CompletableFuture.failedStage(
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure));
    }
}
