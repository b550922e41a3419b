package dev.carillon.connection;

import dev.carillon.contract.Topics;
import dev.carillon.kit.TopicSetup;
import dev.carillon.kit.TopicsConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;

/// The log as this service needs it: waits for Kafka and for its topics from the start on.
///
/// Safe for use by many threads.
@Singleton
public final class LogTopics {

    private final TopicSetup setup;
    private final TopicsConfig config;
    private final CompletableFuture<TopicSetup.Log> ready = new CompletableFuture<>();

    LogTopics(TopicSetup setup, TopicsConfig config) {
        this.setup = setup;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        var _ = setup.await(Topics.log(config.logPartitions())).whenComplete((log, stopped) -> {
            if (stopped == null) {
                ready.complete(log);
            } else {
                ready.cancel(false);
            }
        });
    }

    /// Completes once, on some thread, when the topics are there; is cancelled when the service stops first.
    public CompletableFuture<TopicSetup.Log> ready() {
        return ready;
    }
}
