package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.Overrides;
import dev.carillon.connection.feed.Catchup;
import dev.carillon.connection.feed.MemberChange;
import dev.carillon.connection.feed.Publication;
import dev.carillon.connection.feed.Subscriber;
import dev.carillon.connection.feed.Subscription;
import dev.carillon.connection.presence.Presences;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A client's interest in one channel.
///
/// ```
///   opening ── subscribed ──▶ open ── unsubscribed, broken, expired ──▶ over
///      └────── failed, unrecoverable ──▶ over
/// ```
///
/// Commands for a channel that is being opened wait here for the outcome, so they are answered in order.
/// Confined to the session's event loop.
final class ClientSubscription implements Subscriber {

    /// What comes of it. The server's own subscriptions have another one than the client's.
    interface Outcome {
        void opened(Result.Subscribe result);

        void refused(ErrorCode why);

        /// It was open, and publications are lost for good.
        void broken();

        /// Whether the client did not ask for it, so that it could not say what it wants of it either.
        default boolean isServersOwn() {
            return false;
        }
    }

    private final Session session;
    private final Channel channel;
    private final Method.Subscribe request;
    private final Outcome outcome;
    private final Queue<Command> waiting = new ArrayDeque<>(0);
    private @Nullable Subscription feed;
    private TimerWheel.@Nullable Timer expiry;
    private Presences.@Nullable Stay stay;
    private boolean open;
    private ByteString info;
    private Overrides overrides = Overrides.NONE;
    private boolean byToken;
    private boolean hearsChanges;

    ClientSubscription(Session session, Channel channel, Method.Subscribe request, ByteString info, Outcome outcome) {
        this.session = session;
        this.channel = channel;
        this.request = request;
        this.info = info;
        this.outcome = outcome;
    }

    /// Begins; the outcome comes later.
    ///
    /// @param since what the client has already, null when it only wants what comes
    void start(@Nullable Position since) {
        feed = session.surroundings().subscribe(channel, since, this);
    }

    /// Says what the client's right to it is.
    ///
    /// @param about JSON about the client in this channel, may be empty
    /// @param instead of options of the namespace
    /// @param fromToken whether a token gives it
    ClientSubscription granted(ByteString about, Overrides instead, boolean fromToken) {
        info = about;
        overrides = instead;
        byToken = fromToken;
        return this;
    }

    /// What holds for this client in this channel.
    Namespace options() {
        return overrides.on(session.surroundings().namespace(channel));
    }

    /// Whether a token gave the right to it.
    boolean isByToken() {
        return byToken;
    }

    Channel channel() {
        return channel;
    }

    /// JSON about the client in this channel, empty when there is none.
    ByteString info() {
        return info;
    }

    boolean isOpen() {
        return open;
    }

    /// Has a command wait until it is known whether the subscription opens.
    ///
    /// @return false when too many wait
    boolean await(Command command) {
        return waiting.size() < SessionLimits.MAX_WAITING_COMMANDS && waiting.add(command);
    }

    Queue<Command> waiting() {
        return waiting;
    }

    /// When it ends unless it is refreshed; null for never.
    void expiry(TimerWheel.@Nullable Timer timer) {
        if (expiry != null) {
            expiry.cancel();
        }
        expiry = timer;
    }

    /// No more calls.
    void end() {
        open = false;
        expiry(null);
        if (stay != null) {
            stay.end();
            stay = null;
        }
        if (feed != null) {
            feed.cancel();
        }
    }

    @Override
    public void subscribed(Catchup catchup) {
        var result = result(catchup);
        if (request.recover() && !result.recovered() && rejectsUnrecovered()) {
            outcome.refused(ErrorCode.UNRECOVERABLE_POSITION);
            return;
        }
        open = true;
        var namespace = options();
        hearsChanges = namespace.joinLeave() && (request.joinLeave() || outcome.isServersOwn());
        // Before commands that waited for the outcome ask who is here.
        stay = session.surroundings().presences().enter(channel, session.member(info), namespace);
        outcome.opened(result);
    }

    @Override
    public void changed(MemberChange change) {
        if (hearsChanges) {
            session.push(change);
        }
    }

    @Override
    public void publication(Publication publication) {
        session.push(publication);
    }

    @Override
    public void broken(Position top) {
        outcome.broken();
    }

    @Override
    public void failed(Failure failure) {
        outcome.refused(failure == Failure.OVERLOADED ? ErrorCode.TOO_MANY_REQUESTS : ErrorCode.INTERNAL);
    }

    private boolean rejectsUnrecovered() {
        return (request.flag() & Method.Subscribe.REJECT_UNRECOVERED) != 0;
    }

    private Result.Subscribe result(Catchup catchup) {
        var now = catchup.position();
        var here = Result.Subscribe.EMPTY.at(new StreamPosition(now.offset(), now.epoch()));
        if (!request.recover()) {
            return here;
        }
        if (!catchup.recovered() || isTooMuch(catchup)) {
            return here.notRecovered();
        }
        // The client goes on from where it was, publication by publication.
        return here.at(new StreamPosition(request.since().offset(), now.epoch()))
                .recoveredWith(catchup.entries().stream()
                        .map(entry -> Pushes.publication(entry.entry()))
                        .toList());
    }

    private boolean isTooMuch(Catchup catchup) {
        var limits = session.limits();
        long bytes = catchup.entries().stream()
                .mapToLong(entry -> entry.event().data().size())
                .sum();
        return catchup.entries().size() > limits.maxRecovered() || bytes > limits.maxReplyBytes();
    }
}
