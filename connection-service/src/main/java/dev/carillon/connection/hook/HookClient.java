package dev.carillon.connection.hook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.HooksConfig;
import dev.carillon.connection.Outbound;
import dev.carillon.connection.auth.Decision;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.ReplyError;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Asks the application, and reads its answer: a `result`, an `error` or a `disconnect`.
///
/// What is no answer (a failure, too late, another status, rubbish) is error 100 to the client, which it may
/// try again; 401 and 403 are the application's refusal. Safe for use by many threads; never blocks.
@Singleton
final class HookClient {

    private static final Logger LOG = Logger.getLogger(HookClient.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_REASON = 100;

    private final Outbound outbound;
    private final HooksConfig config;
    private final MeterRegistry meters;
    private final Semaphore room;
    private final Map<Hook, Target> targets = new EnumMap<>(Hook.class);

    HookClient(Outbound outbound, ConnectionConfig config, MeterRegistry meters) {
        this.outbound = outbound;
        this.config = config.hooks();
        this.meters = meters;
        this.room = new Semaphore(this.config.concurrency());
        target(Hook.CONNECT, this.config.connect());
        target(Hook.REFRESH, this.config.refresh());
        target(Hook.SUBSCRIBE, this.config.subscribe());
        target(Hook.PUBLISH, this.config.publish());
        target(Hook.RPC, this.config.rpc());
    }

    private record Target(String url, Breaker breaker) {}

    /// How a question went.
    private enum Outcome {
        ANSWERED,
        FAILED,
        SPARED,
        CROWDED
    }

    boolean has(Hook hook) {
        return targets.containsKey(hook);
    }

    boolean isUsed() {
        return !targets.isEmpty();
    }

    /// @param headers of the client's request that go along
    /// @return completes on any thread with the `result`; never fails
    CompletionStage<Decision<JsonNode>> ask(Hook hook, byte[] question, Map<String, String> headers) {
        var target = targets.get(hook);
        if (target == null) {
            return now(Decision.refused(ErrorCode.NOT_AVAILABLE));
        }
        if (!room.tryAcquire()) {
            count(hook, Outcome.CROWDED);
            return now(Decision.refused(ErrorCode.TOO_MANY_REQUESTS));
        }
        if (!target.breaker().mayTry()) {
            room.release();
            count(hook, Outcome.SPARED);
            return now(Decision.refused(ErrorCode.INTERNAL));
        }
        var all = new HashMap<>(headers);
        all.put("content-type", "application/json");
        return outbound.post(target.url(), all, question, config.timeout()).handle((answer, failure) -> {
            room.release();
            return heard(hook, target, answer, failure);
        });
    }

    private Decision<JsonNode> heard(
            Hook hook, Target target, Outbound.@Nullable Answer answer, @Nullable Throwable failure) {
        var read = answer == null ? null : read(answer);
        if (read == null) {
            target.breaker().failed();
            count(hook, Outcome.FAILED);
            LOG.debugf(failure, "hook %s fails (%s)", hook.text(), answer == null ? "no answer" : answer.status());
            return Decision.refused(ErrorCode.INTERNAL);
        }
        target.breaker().succeeded();
        count(hook, Outcome.ANSWERED);
        return read;
    }

    /// Null for what is no answer.
    private static @Nullable Decision<JsonNode> read(Outbound.Answer answer) {
        return switch (answer.status()) {
            case 200 -> read(answer.body());
            case 401 -> Decision.refused(ErrorCode.UNAUTHORIZED);
            case 403 -> Decision.refused(ErrorCode.PERMISSION_DENIED);
            default -> null;
        };
    }

    private static @Nullable Decision<JsonNode> read(ByteString body) {
        JsonNode tree;
        try {
            tree = JSON.readTree(body.toByteArray());
        } catch (IOException e) {
            return null;
        }
        if (tree == null || !tree.isObject()) {
            return null;
        }
        if (tree.hasNonNull("disconnect")) {
            return disconnect(tree.path("disconnect"));
        }
        if (tree.hasNonNull("error")) {
            return error(tree.path("error"));
        }
        return new Decision.Granted<>(tree.path("result"));
    }

    private static Decision<JsonNode> error(JsonNode error) {
        int code = error.path("code").asInt(0);
        if (code <= 0) {
            return Decision.refused(ErrorCode.PERMISSION_DENIED);
        }
        return new Decision.Refused<>(new ReplyError(
                code, error.path("message").asText(""), error.path("temporary").asBoolean(false)));
    }

    /// Codes that a WebSocket cannot close with become one that is final.
    private static Decision<JsonNode> disconnect(JsonNode disconnect) {
        int code = disconnect.path("code").asInt(0);
        if (code < 3000 || code > 4999) {
            return Decision.closed(CloseCode.FORCE_NO_RECONNECT);
        }
        var reason = disconnect.path("reason").asText("").replaceAll("[^ -~]", "?");
        return new Decision.Closed<>(code, reason.substring(0, Math.min(MAX_REASON, reason.length())));
    }

    private void target(Hook hook, Optional<String> url) {
        url.ifPresent(there -> targets.put(
                hook,
                new Target(there, new Breaker(config.breakerFailures(), config.breakerPause(), System::nanoTime))));
    }

    private void count(Hook hook, Outcome outcome) {
        meters.counter(
                        "carillon.hooks",
                        "hook",
                        hook.text(),
                        "outcome",
                        outcome.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    private static CompletionStage<Decision<JsonNode>> now(Decision<JsonNode> decision) {
        return CompletableFuture.completedFuture(decision);
    }
}
