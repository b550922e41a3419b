package dev.carillon.connection.hook;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.auth.ClaimsReader;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What the application decides about clients. Every question is one `POST` of JSON, with the chosen headers of
/// the client's request; see `docs/protocol.md`, "App hooks".
///
/// Safe for use by many threads; never blocks. Stages complete on any thread and never fail.
@Singleton
public final class Hooks {

    private static final Logger LOG = Logger.getLogger(Hooks.class);

    private static final int MAX_HEADER = 16 * 1024;

    private final HookClient client;
    private final List<String> headers;

    Hooks(HookClient client, ConnectionConfig config) {
        this.client = client;
        this.headers = config.hooks().headers().stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /// What the application says when a connection's time is up.
    ///
    /// @param expiresAt when to ask again; null for never
    /// @param info JSON about the client that others may see; empty for no change
    public record Refreshed(@Nullable Instant expiresAt, ByteString info) {}

    /// Whether the application can be asked that.
    public boolean has(Hook hook) {
        return client.has(hook);
    }

    /// The headers of a client's request that go along with questions about it; none when nothing is asked.
    ///
    /// @param request the value of a header by its name, null when it is not there
    public Map<String, String> chosen(Function<String, @Nullable String> request) {
        if (!client.isUsed()) {
            return Map.of();
        }
        var chosen = new HashMap<String, String>();
        for (var name : headers) {
            var value = request.apply(name);
            if (value != null && isHeader(value)) {
                chosen.put(name, value);
            }
        }
        return Map.copyOf(chosen);
    }

    /// Clients may say in `connect` what they like; what is no value of a header would end one and begin
    /// another.
    private static boolean isHeader(String value) {
        return value.length() <= MAX_HEADER
                && value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 127 && c < 256));
    }

    /// Who a client is.
    public CompletionStage<Decision<ConnectionClaims>> connect(Caller caller, Method.Connect request) {
        var question = Question.about(caller)
                .with("name", request.name())
                .with("version", request.version())
                .withJson("data", request.data());
        return ask(Hook.CONNECT, caller, question)
                .thenApply(answer -> read(answer, result -> {
                    if (!result.isObject()) {
                        return Decision.refused(ErrorCode.UNAUTHORIZED);
                    }
                    var expiresAt = ClaimsReader.expiry(result.path("expire_at"));
                    return new Decision.Granted<>(
                            ClaimsReader.connection(result.path("user").asText(""), expiresAt, result));
                }));
    }

    /// Whether a connection goes on.
    public CompletionStage<Decision<Refreshed>> refresh(Caller caller) {
        return ask(Hook.REFRESH, caller, Question.about(caller))
                .thenApply(answer -> read(answer, result -> {
                    if (!result.isObject() || result.path("expired").asBoolean(false)) {
                        return Decision.refused(ErrorCode.EXPIRED);
                    }
                    var expiresAt = ClaimsReader.expiry(result.path("expire_at"));
                    return new Decision.Granted<>(new Refreshed(expiresAt, ClaimsReader.json(result, "info")));
                }));
    }

    /// Whether a client may subscribe.
    ///
    /// @param data what it brought
    public CompletionStage<Decision<SubscriptionClaims>> subscribe(Caller caller, Channel channel, ByteString data) {
        var question = Question.about(caller).with("channel", channel.name()).withJson("data", data);
        return ask(Hook.SUBSCRIBE, caller, question)
                .thenApply(answer -> read(answer, result -> {
                    if (!result.isObject()) {
                        return Decision.refused(ErrorCode.PERMISSION_DENIED);
                    }
                    var expiresAt = ClaimsReader.expiry(result.path("expire_at"));
                    return new Decision.Granted<>(ClaimsReader.subscription(expiresAt, result, false));
                }));
    }

    /// Whether a client may publish, and what is published then.
    public CompletionStage<Decision<ByteString>> publish(Caller caller, Channel channel, ByteString data) {
        var question = Question.about(caller).with("channel", channel.name()).withJson("data", data);
        return ask(Hook.PUBLISH, caller, question)
                .thenApply(answer -> read(answer, result -> {
                    if (!result.isObject()) {
                        return Decision.refused(ErrorCode.PERMISSION_DENIED);
                    }
                    var instead = ClaimsReader.json(result, "data");
                    return new Decision.Granted<>(instead.isEmpty() ? data : instead);
                }));
    }

    /// The answer to a call.
    public CompletionStage<Decision<ByteString>> rpc(Caller caller, Method.Rpc request) {
        var question = Question.about(caller).with("method", request.method()).withJson("data", request.data());
        return ask(Hook.RPC, caller, question)
                .thenApply(answer -> read(answer, result -> new Decision.Granted<>(ClaimsReader.json(result, "data"))));
    }

    private CompletionStage<Decision<JsonNode>> ask(Hook hook, Caller caller, Question question) {
        return client.ask(hook, question.bytes(), caller.headers());
    }

    /// An answer with something impossible in it is no answer.
    private static <T> Decision<T> read(Decision<JsonNode> answer, Function<JsonNode, Decision<T>> reader) {
        return switch (answer) {
            case Decision.Refused(var why) -> new Decision.Refused<>(why);
            case Decision.Closed(var code, var reason) -> new Decision.Closed<>(code, reason);
            case Decision.Granted(var result) -> {
                try {
                    yield reader.apply(result);
                } catch (IllegalArgumentException e) {
                    LOG.warn("the application's answer is not usable", e);
                    yield Decision.refused(ErrorCode.INTERNAL);
                }
            }
        };
    }
}
