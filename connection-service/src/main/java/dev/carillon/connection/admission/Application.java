package dev.carillon.connection.admission;

import com.google.protobuf.ByteString;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.connection.hook.Caller;
import dev.carillon.connection.hook.Hook;
import dev.carillon.connection.hook.Hooks;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.Method;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks the application about those who have no connection.
///
/// Who is connected is asked about once, and may go on for hours. Whoever polls instead would be asked about at
/// every poll, so a yes holds for some seconds (`carillon.connection.hooks.memory`), and no longer than the
/// application says. It holds for exactly the same question, and only where that names somebody: two clients
/// without any credentials may look alike and be two. A no is never remembered.
///
/// Safe for use by many threads; never blocks. Stages complete on any thread and never fail.
@Singleton
final class Application {

    private static final int CAPACITY = 20_000;

    private final Hooks hooks;
    private final RecentAnswers<ConnectionClaims> known;
    private final RecentAnswers<SubscriptionClaims> admitted;

    Application(Hooks hooks, ConnectionConfig config) {
        var memory = config.hooks().memory();
        this.hooks = hooks;
        this.known = new RecentAnswers<>(Clock.systemUTC(), memory, CAPACITY);
        this.admitted = new RecentAnswers<>(Clock.systemUTC(), memory, CAPACITY);
    }

    /// Whether it can say who somebody is.
    boolean knowsClients() {
        return hooks.has(Hook.CONNECT);
    }

    /// Who somebody is that brings no token.
    CompletionStage<Decision<ConnectionClaims>> who(Applicant applicant) {
        var caller = caller(applicant, ConnectionClaims.ANONYMOUS);
        var question = question(applicant, caller, "");
        return remembered(
                known, question, () -> hooks.connect(caller, Method.Connect.EMPTY), claims -> claims.expiresAt());
    }

    /// Whether somebody may listen to a channel.
    CompletionStage<Decision<SubscriptionClaims>> mayListen(
            Applicant applicant, ConnectionClaims who, Channel channel) {
        var caller = caller(applicant, who);
        var question = question(applicant, caller, channel.name());
        return remembered(
                admitted,
                question,
                () -> hooks.subscribe(caller, channel, ByteString.EMPTY),
                claims -> claims.expiresAt());
    }

    private Caller caller(Applicant applicant, ConnectionClaims who) {
        var headers = hooks.chosen(applicant.header());
        return new Caller(UUID.randomUUID().toString(), who.user(), "json", who.meta(), headers);
    }

    /// Null for one that is asked each time.
    private static @Nullable ByteString question(Applicant applicant, Caller caller, String channel) {
        return applicant.comesAgain() && namesSomebody(caller.user(), caller.headers())
                ? Digest.of(texts(caller, channel))
                : null;
    }

    private static boolean namesSomebody(String user, Map<String, String> headers) {
        return !user.isEmpty() || headers.containsKey("cookie") || headers.containsKey("authorization");
    }

    private static List<String> texts(Caller caller, String channel) {
        var texts =
                new ArrayList<>(List.of(channel, caller.user(), caller.meta().toString(StandardCharsets.ISO_8859_1)));
        new TreeMap<>(caller.headers()).forEach((name, value) -> {
            texts.add(name);
            texts.add(value);
        });
        return texts;
    }

    private static <T> CompletionStage<Decision<T>> remembered(
            RecentAnswers<T> answers,
            @Nullable ByteString question,
            Supplier<CompletionStage<Decision<T>>> ask,
            Function<T, @Nullable Instant> end) {
        if (question == null) {
            return ask.get();
        }
        var lately = answers.find(question);
        if (lately != null) {
            return CompletableFuture.completedFuture(new Decision.Granted<>(lately));
        }
        return ask.get().thenApply(decision -> {
            if (decision instanceof Decision.Granted<T>(var value)) {
                answers.put(question, value, end.apply(value));
            }
            return decision;
        });
    }
}
