package dev.carillon.connection.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.connection.feed.Feed;
import dev.carillon.connection.node.Node;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.NodeCommand;
import dev.carillon.contract.NodeState;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Has all nodes do something, and gathers what they say.
///
/// Safe for use by many threads; never blocks. Stages complete on some thread.
@Singleton
public final class Cluster {

    private static final Logger LOG = Logger.getLogger(Cluster.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_OPEN = 1_000;

    /// How long a node may take to answer; then the answer goes without it.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Nodes nodes;
    private final Node node;
    private final NodeIdentity identity;
    private final CommandTopic topic;
    private final Feed feed;
    private final Map<String, Gathering> open = new ConcurrentHashMap<>();

    Cluster(Nodes nodes, Node node, NodeIdentity identity, CommandTopic topic, Feed feed) {
        this.nodes = nodes;
        this.node = node;
        this.identity = identity;
        this.topic = topic;
        this.feed = feed;
    }

    /// What came of a command.
    ///
    /// @param answers by node
    /// @param silent the nodes that did not answer in time: dead, perhaps, or it is being done still
    public record Gathered(Map<String, JsonNode> answers, Set<String> silent) {
        public Gathered {
            answers = Map.copyOf(answers);
            silent = Set.copyOf(silent);
        }

        /// The sum of one number over all answers.
        public int sum(String name) {
            return answers.values().stream()
                    .mapToInt(answer -> answer.path(name).asInt())
                    .sum();
        }
    }

    /// The answers to one command, as they come. Its lock guards all of it.
    private static final class Gathering {
        private final Set<String> awaited;
        private final Map<String, JsonNode> answers = new HashMap<>();
        private final CompletableFuture<Gathered> done = new CompletableFuture<>();

        Gathering(Set<String> awaited) {
            this.awaited = new HashSet<>(awaited);
        }

        synchronized void answered(String node, JsonNode answer) {
            answers.put(node, answer);
            awaited.remove(node);
            if (awaited.isEmpty()) {
                finish();
            }
        }

        synchronized void finish() {
            done.complete(new Gathered(answers, awaited));
        }
    }

    void start(@Observes StartupEvent event) {
        feed.onAnswered(this::answered);
    }

    /// Has every node that lives do it.
    ///
    /// @return fails with a [ProblemException] when the command cannot be given
    public CompletionStage<Gathered> ask(NodeCommand.Action action) {
        if (!node.joined().isDone() || !feed.isReading()) {
            return CompletableFuture.failedStage(unavailable("the node has not joined the cluster yet"));
        }
        if (open.size() >= MAX_OPEN) {
            return CompletableFuture.failedStage(
                    ProblemException.of(ProblemType.TOO_MANY_REQUESTS, "too many commands are open"));
        }
        var command = new NodeCommand(UUID.randomUUID().toString(), identity.name(), action);
        var gathering = new Gathering(awaited());
        open.put(command.id(), gathering);
        var _ = CompletableFuture.runAsync(
                gathering::finish, CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        var _ = topic.give(command).whenComplete((_, failure) -> {
            if (failure != null) {
                gathering.done.completeExceptionally(unavailable("the command could not be given"));
            }
        });
        return gathering.done.whenComplete((_, _) -> open.remove(command.id()));
    }

    private Set<String> awaited() {
        var awaited = new HashSet<String>();
        nodes.all().stream().map(NodeState::node).forEach(awaited::add);
        awaited.add(identity.name());
        return awaited;
    }

    private void answered(InboxMessage.Answered message) {
        var gathering = open.get(message.commandId());
        var answer = gathering == null ? null : read(message);
        if (gathering != null && answer != null) {
            gathering.answered(message.node(), answer);
        }
    }

    private static @Nullable JsonNode read(InboxMessage.Answered message) {
        try {
            return JSON.readTree(message.answer().newInput());
        } catch (IOException e) {
            LOG.debug("an answer of a node cannot be read", e);
            return null;
        }
    }

    private static ProblemException unavailable(String detail) {
        return ProblemException.retryAfter(ProblemType.UNAVAILABLE, detail, Duration.ofSeconds(1));
    }
}
