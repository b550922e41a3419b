package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.feed.Catchup;
import dev.carillon.connection.feed.MemberChange;
import dev.carillon.connection.feed.Publication;
import dev.carillon.connection.feed.Subscriber;
import dev.carillon.connection.feed.Subscription;
import dev.carillon.connection.presence.Presences;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Overrides;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import dev.carillon.contract.client.UnsubscribeCode;
import java.util.List;
import java.util.Objects;
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
    private @Nullable Terms terms;
    private @Nullable PatchChain patches;
    private @Nullable CacheRecovery seeking;
    private final WaitingCommands waiting;
    private @Nullable Subscription feed;
    private @Nullable UnsubscribeCode dueEnd;
    private TimerWheel.@Nullable Timer expiry;
    private Presences.@Nullable Stay stay;
    private boolean open;
    private ByteString info;
    private Overrides overrides = Overrides.NONE;
    private boolean byToken;
    private boolean hearsChanges;
    private boolean over;

    /// The publication that the reply held although it was still to come live, or 0.
    private long seen;

    ClientSubscription(Session session, Channel channel, Method.Subscribe request, ByteString info, Outcome outcome) {
        this.session = session;
        this.channel = channel;
        this.request = request;
        this.info = info;
        this.outcome = outcome;
        this.waiting = new WaitingCommands(session.limits().outboxCapacity());
    }

    /// Begins; the outcome comes later, unless the request makes no sense.
    ///
    /// @param since what the client has already, null when it only wants what comes
    void start(@Nullable Position since) {
        terms = Terms.of(options(), request);
        if (terms == null) {
            outcome.refused(ErrorCode.BAD_REQUEST);
            return;
        }
        if (terms.patches() && PatchChain.serves(session.codec())) {
            patches = new PatchChain(session.codec());
        }
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
        return waiting.add(command);
    }

    /// Has it end when it has come about: its client hears of the one before it hears of the other.
    void endOnceOpen(UnsubscribeCode why) {
        dueEnd = why;
    }

    /// Why it is to end although it is open by now; null when it is not.
    @Nullable
    UnsubscribeCode dueEnd() {
        return dueEnd;
    }

    WaitingCommands waiting() {
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
        over = true;
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
        if (request.recover() && terms().recovery() == Namespace.Recovery.CACHE && !catchup.recovered()) {
            seeking = new CacheRecovery(catchup.position());
            seekNewest(seeking);
        } else {
            open(result(catchup));
        }
    }

    @Override
    public void publication(Publication publication) {
        if (publication.offset() <= seen || !terms().wants(publication.event())) {
            return;
        }
        if (seeking != null) {
            if (!seeking.hold(publication)) {
                outcome.refused(ErrorCode.TOO_MANY_REQUESTS);
            }
        } else if (patches == null) {
            session.push(publication);
        } else {
            session.push(publication, patches.next(publication));
        }
    }

    @Override
    public void broken(Position top) {
        if (seeking != null) {
            outcome.refused(ErrorCode.INTERNAL);
        } else if (terms().recoverable() || terms().positioned()) {
            outcome.broken();
        }
    }

    @Override
    public void failed(Failure failure) {
        outcome.refused(failure == Failure.OVERLOADED ? ErrorCode.TOO_MANY_REQUESTS : ErrorCode.INTERNAL);
    }

    private void open(Result.Subscribe result) {
        if (request.recover() && !result.recovered() && rejectsUnrecovered()) {
            outcome.refused(ErrorCode.UNRECOVERABLE_POSITION);
            return;
        }
        open = true;
        var namespace = options();
        hearsChanges = hearsChanges(namespace);
        // Before commands that waited for the outcome ask who is here.
        stay = session.surroundings().enter(channel, session.member(info), namespace);
        outcome.opened(result);
    }

    /// What is told of this client alone says nothing about what it is told of others.
    private boolean hearsChanges(Namespace ofClient) {
        boolean told = ofClient.joinLeave()
                || session.surroundings().namespace(channel).joinLeave();
        var forced = overrides.forcePushJoinLeave();
        boolean unasked = forced == null ? outcome.isServersOwn() : forced;
        return told && (request.joinLeave() || unasked);
    }

    @Override
    public void changed(MemberChange change) {
        if (hearsChanges) {
            session.push(change);
        }
    }

    /// Asks for the newest publication, for a client whose position says nothing about it.
    private void seekNewest(CacheRecovery recovery) {
        var _ = session.surroundings()
                .history(channel, null, 1, true)
                .whenComplete((page, failure) -> session.onLoop(() -> {
                    if (!over && seeking == recovery) {
                        seeking = null;
                        if (failure == null) {
                            openWith(recovery.end(page));
                        } else {
                            outcome.refused(ErrorCode.INTERNAL);
                        }
                    }
                }));
    }

    private void openWith(CacheRecovery.Found found) {
        var newest = found.newest();
        var here = here(found.position());
        seen = newest == null ? 0 : newest.offset();
        if (newest != null && found.isAt(request.since())) {
            open(here.recoveredWith(List.of()));
        } else if (newest != null && terms().wants(newest.event())) {
            open(here.recoveredWith(replies(List.of(newest))));
        } else {
            open(here.notRecovered());
        }
        for (var next : found.later()) {
            if (open) {
                publication(next);
            }
        }
    }

    private boolean rejectsUnrecovered() {
        return (request.flag() & Method.Subscribe.REJECT_UNRECOVERED) != 0;
    }

    private Result.Subscribe result(Catchup catchup) {
        var now = catchup.position();
        var here = here(now);
        if (!request.recover()) {
            return here;
        }
        if (!catchup.recovered() || !terms().recoverable()) {
            return here.notRecovered();
        }
        var missed = catchup.entries().stream()
                .filter(entry -> terms().wants(entry.event()))
                .toList();
        if (terms().recovery() == Namespace.Recovery.CACHE) {
            return here.recoveredWith(replies(missed.subList(Math.max(0, missed.size() - 1), missed.size())));
        }
        if (isTooMuch(missed)) {
            return here.notRecovered();
        }
        // The client goes on from where it was, publication by publication; without any, from here.
        boolean passed = missed.isEmpty() && !catchup.entries().isEmpty();
        long from = passed ? now.offset() : request.since().offset();
        return here.at(new StreamPosition(from, now.epoch())).recoveredWith(replies(missed));
    }

    /// Where the channel is, as far as this subscription has to do with positions.
    private Result.Subscribe here(Position now) {
        var plain = Result.Subscribe.EMPTY.withDelta(patches != null);
        if (!terms().recoverable() && !terms().positioned()) {
            return plain;
        }
        var at = new StreamPosition(now.offset(), now.epoch());
        return plain.at(at, terms().recoverable(), terms().positioned());
    }

    private List<dev.carillon.contract.client.Publication> replies(List<Publication> publications) {
        if (patches != null) {
            return patches.all(publications);
        }
        return publications.stream()
                .map(publication -> Pushes.publication(publication.entry()))
                .toList();
    }

    private boolean isTooMuch(List<Publication> missed) {
        var limits = session.limits();
        long bytes =
                missed.stream().mapToLong(entry -> entry.event().data().size()).sum();
        return missed.size() > limits.maxRecovered() || bytes > limits.maxReplyBytes();
    }

    private Terms terms() {
        return Objects.requireNonNull(terms);
    }
}
