package dev.carillon.connection.session;

import dev.carillon.connection.auth.Decision;
import dev.carillon.contract.client.ErrorCode;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Goes on with what is decided elsewhere.
final class OnLoop {

    private static final Logger LOG = Logger.getLogger(OnLoop.class);

    private OnLoop() {}

    /// Runs `action` on the loop, which the caller is on: at once when the decision is there already, so that
    /// commands keep their order without another turn.
    static <T> void then(CompletionStage<Decision<T>> stage, Executor loop, Consumer<Decision<T>> action) {
        var future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            action.accept(future.join());
            return;
        }
        var _ = stage.whenComplete((decision, failure) -> loop.execute(() -> {
            if (failure == null) {
                action.accept(decision);
            } else {
                LOG.error("a decision fails", failure);
                action.accept(Decision.refused(ErrorCode.INTERNAL));
            }
        }));
    }
}
