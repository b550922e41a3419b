package dev.carillon.connection.admission;

import dev.carillon.connection.ApiKeyConfig.Scope;
import dev.carillon.connection.auth.ChannelAccess;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.HttpAccess;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.auth.Permissions.Client;
import dev.carillon.connection.auth.Permissions.Verdict;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.kit.ProblemException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Lets those in who send plain requests. Whoever has an API key may do what that is good for. Everybody else is
/// a client, as on a connection: who it is, its token says, else the application, else it is nobody where that
/// is allowed; what it may do, its token and the namespace of the channel say, and the application where they
/// leave it to that.
///
/// Safe for use by many threads; never blocks. Stages complete on any thread; they fail with a
/// [ProblemException] and nothing else that is expected.
@Singleton
public final class Admission {

    private final HttpAccess access;
    private final ChannelAccess channels;
    private final Application application;

    Admission(HttpAccess access, ChannelAccess channels, Application application) {
        this.access = access;
        this.channels = channels;
        this.application = application;
    }

    /// What lets somebody listen.
    ///
    /// @param until when it ends; null for never
    public record Ticket(@Nullable Instant until) {

        static final Ticket UNLIMITED = new Ticket(null);
    }

    /// Turns those away who bring nothing, where nobody could let them in; without asking anybody.
    ///
    /// @throws ProblemException with 401
    public void requireSomething(Applicant applicant) {
        var credentials = applicant.credentials();
        if (!access.bringsKey(credentials) && !access.bringsToken(credentials) && !application.knowsClients()) {
            var _ = access.anonymous(credentials);
        }
    }

    /// Lets somebody listen to channels.
    ///
    /// @return fails with 401, 403, 404 (no such channel), 400 (a name that cannot be) or 503
    public CompletionStage<Ticket> listen(Applicant applicant, Collection<Channel> named) {
        return attempt(() -> access.isBackend(applicant.credentials(), Scope.READ, named)
                ? done(Ticket.UNLIMITED)
                : who(applicant).thenCompose(who -> listen(applicant, who, named)));
    }

    /// Lets somebody look at the past of a channel, or at who is there. Who sends plain requests is never
    /// subscribed, so where subscribers may, whoever could subscribe may.
    ///
    /// @param action [Action#HISTORY] or [Action#PRESENCE]
    /// @return fails as [#listen] does
    public CompletionStage<Ticket> read(Applicant applicant, Action action, Channel channel) {
        return attempt(() -> access.isOpen() || access.isBackend(applicant.credentials(), Scope.READ, List.of(channel))
                ? done(Ticket.UNLIMITED)
                : who(applicant).thenCompose(who -> read(applicant, who, action, channel)));
    }

    /// Lets somebody publish: a backend, or the holder of a token whose capabilities say so. What a namespace
    /// allows its clients does not count here, because a plain request may set more of an event than a client
    /// can on its connection.
    ///
    /// @return fails with 401 or 403
    public CompletionStage<Pass> publish(Applicant applicant, Collection<Channel> named) {
        return attempt(() -> {
            var credentials = applicant.credentials();
            if (access.isOpen() || access.isBackend(credentials, Scope.PUBLISH, named)) {
                return done(Pass.BACKEND);
            }
            if (!access.bringsToken(credentials)) {
                throw ProblemException.of(
                        ProblemType.UNAUTHORIZED,
                        "a valid API key is needed (X-API-Key: <key>), or a token that allows to publish");
            }
            return access.holder(credentials).thenApply(who -> pass(credentials, who, named));
        });
    }

    private Pass pass(HttpAccess.Credentials credentials, ConnectionClaims who, Collection<Channel> named) {
        for (var channel : named) {
            if (!who.allows(Action.PUBLISH, channel)) {
                throw ProblemException.of(
                        ProblemType.FORBIDDEN, "the token does not allow to publish to the channel " + channel);
            }
        }
        // Tokens of the same user are one client, those of nobody in particular each their own.
        var token = String.valueOf(access.token(credentials));
        var holder =
                who.user().isEmpty() ? Digest.of(List.of(token)).toString(StandardCharsets.ISO_8859_1) : who.user();
        return Pass.of(who, holder);
    }

    private CompletionStage<ConnectionClaims> who(Applicant applicant) {
        if (access.bringsToken(applicant.credentials())) {
            return access.holder(applicant.credentials());
        }
        if (!application.knowsClients()) {
            return done(access.anonymous(applicant.credentials()));
        }
        return application.who(applicant).thenApply(Refusals::granted);
    }

    private CompletionStage<Ticket> listen(Applicant applicant, ConnectionClaims who, Collection<Channel> named) {
        var asked = new ArrayList<Channel>();
        for (var channel : named) {
            switch (channels.decide(Action.SUBSCRIBE, channel, client(who, Action.SUBSCRIBE, channel, false))) {
                case Verdict.Granted _ -> {}
                case Verdict.Ask _ -> asked.add(channel);
                case Verdict.Refused(var why) -> throw problem(why, channel);
            }
        }
        return Inquiry.about(asked, channel -> application.mayListen(applicant, who, channel))
                .thenApply(Refusals::granted)
                .thenApply(claims -> new Ticket(sooner(who.expiresAt(), claims)));
    }

    private CompletionStage<Ticket> read(Applicant applicant, ConnectionClaims who, Action action, Channel channel) {
        var verdict = channels.foresee(action, channel, client(who, action, channel, false));
        if (verdict instanceof Verdict.Granted) {
            return done(Ticket.UNLIMITED);
        }
        if (channels.foresee(action, channel, client(who, action, channel, true)) instanceof Verdict.Granted) {
            return listen(applicant, who, List.of(channel));
        }
        return switch (channels.decide(action, channel, client(who, action, channel, false))) {
            case Verdict.Granted _ -> done(Ticket.UNLIMITED);
            case Verdict.Ask _ -> throw problem(ErrorCode.PERMISSION_DENIED, channel);
            case Verdict.Refused(var why) -> throw problem(why, channel);
        };
    }

    /// The channels that its token subscribes a client to count as opened by token.
    private static Client client(ConnectionClaims who, Action action, Channel channel, boolean subscribed) {
        boolean isServed = who.subscriptions().containsKey(channel);
        return new Client(who.user(), subscribed, isServed, who.allows(action, channel));
    }

    private static @Nullable Instant sooner(@Nullable Instant one, SubscriptionClaims other) {
        return Inquiry.isSooner(other.expiresAt(), one) ? other.expiresAt() : one;
    }

    private static ProblemException problem(ErrorCode why, Channel channel) {
        return switch (why) {
            case UNKNOWN_CHANNEL -> ProblemException.of(ProblemType.NOT_FOUND, "there is no channel " + channel);
            case BAD_REQUEST ->
                ProblemException.of(ProblemType.INVALID_CHANNEL, "the namespace has no such names: " + channel);
            case INTERNAL ->
                ProblemException.retryAfter(
                        ProblemType.UNAVAILABLE, "the namespaces are not known yet", Duration.ofSeconds(1));
            default -> ProblemException.of(ProblemType.FORBIDDEN, "the channel is not open to you: " + channel);
        };
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedStage(value);
    }

    /// With every failure in the stage, as it was thrown.
    private static <T> CompletionStage<T> attempt(Supplier<CompletionStage<T>> action) {
        var result = new CompletableFuture<T>();
        try {
            var _ = action.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    var cause = failure instanceof CompletionException ? failure.getCause() : null;
                    result.completeExceptionally(cause == null ? failure : cause);
                }
            });
        } catch (ProblemException e) {
            result.completeExceptionally(e);
        }
        return result;
    }
}
