package dev.carillon.contract;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What holds for the channels of one namespace: a row of [Topics#NAMESPACE_STATE], keyed by `name`. A channel
/// whose namespace has no row has the options of the default.
///
/// @param name the part of a channel before its first `:`; empty for channels without one
/// @param history what owners keep in memory of each channel
/// @param recovery what a client that comes back gets
/// @param positioning whether every subscription is watched for gaps, also when its client does not ask for it
/// @param presence whether it is known who is in a channel
/// @param joinLeave whether subscribers are told who comes and goes
/// @param delta whether clients may ask for changes instead of whole publications
/// @param tagsFilter whether clients may ask for publications with certain tags only
/// @param ephemeral whether its events are for whoever listens now: no history, no recovery, no webhooks
/// @param access who may do what
/// @param maxEventSize bytes of data of an event, 0 for what the service allows anyway
/// @param channelPattern a regular expression that whole channel names must match, or null for any
/// @param rates how much a client may do in a time
/// @param revision grows with every change
public record Namespace(
        String name,
        History history,
        Recovery recovery,
        boolean positioning,
        Presence presence,
        boolean joinLeave,
        boolean delta,
        boolean tagsFilter,
        boolean ephemeral,
        Access access,
        long maxEventSize,
        @Nullable String channelPattern,
        Rates rates,
        long revision) {

    /// What channels have whose namespace nobody configured.
    public static final Namespace DEFAULT = new Namespace(
            "",
            new History(1_000, Duration.ofDays(1)),
            Recovery.STREAM,
            false,
            Presence.OFF,
            false,
            true,
            true,
            false,
            Access.DEFAULT,
            0,
            null,
            Rates.NONE,
            0);

    /// One without rates of its own.
    public Namespace(
            String name,
            History history,
            Recovery recovery,
            boolean positioning,
            Presence presence,
            boolean joinLeave,
            boolean delta,
            boolean tagsFilter,
            boolean ephemeral,
            Access access,
            long maxEventSize,
            @Nullable String channelPattern,
            long revision) {
        this(
                name,
                history,
                recovery,
                positioning,
                presence,
                joinLeave,
                delta,
                tagsFilter,
                ephemeral,
                access,
                maxEventSize,
                channelPattern,
                Rates.NONE,
                revision);
    }

    public Namespace {
        if (maxEventSize < 0) {
            throw new IllegalArgumentException("maxEventSize is negative");
        }
        if (joinLeave && presence == Presence.OFF) {
            throw new IllegalArgumentException("joinLeave needs presence");
        }
    }

    /// What the channels of a namespace have that nobody configured: the default, but in the reserved namespace
    /// clients may only do what a token lets them.
    public static Namespace defaults(String name) {
        var same = DEFAULT.withName(name);
        return name.equals(Channel.RESERVED_NAMESPACE) ? same.withAccess(Access.RESERVED) : same;
    }

    /// Whether anything of the channels is remembered.
    public boolean keepsHistory() {
        return !ephemeral && history.size() > 0;
    }

    /// Bytes of data that an event may have, where the service allows `most`.
    public long maxEventSize(long most) {
        return maxEventSize == 0 ? most : Math.min(maxEventSize, most);
    }

    /// The same with this access.
    public Namespace withAccess(Access other) {
        return new Namespace(
                name,
                history,
                recovery,
                positioning,
                presence,
                joinLeave,
                delta,
                tagsFilter,
                ephemeral,
                other,
                maxEventSize,
                channelPattern,
                rates,
                revision);
    }

    /// The same with these rates.
    public Namespace withRates(Rates other) {
        return new Namespace(
                name,
                history,
                recovery,
                positioning,
                presence,
                joinLeave,
                delta,
                tagsFilter,
                ephemeral,
                access,
                maxEventSize,
                channelPattern,
                other,
                revision);
    }

    /// The same options under another name.
    public Namespace withName(String other) {
        return new Namespace(
                other,
                history,
                recovery,
                positioning,
                presence,
                joinLeave,
                delta,
                tagsFilter,
                ephemeral,
                access,
                maxEventSize,
                channelPattern,
                rates,
                revision);
    }

    /// How much a client may do in the channels, beside what holds for it everywhere.
    ///
    /// @param publishes how many events it may publish in a second, as a mean; 0 for any number
    public record Rates(int publishes) {

        public static final Rates NONE = new Rates(0);

        public Rates {
            if (publishes < 0) {
                throw new IllegalArgumentException("rates.publishes is negative");
            }
        }
    }

    /// What the owner of a channel keeps of it in memory. Beyond that, it reads the log.
    ///
    /// @param size how many events
    /// @param ttl for how long
    public record History(int size, Duration ttl) {
        public History {
            if (size < 0) {
                throw new IllegalArgumentException("history.size is negative");
            }
            if (ttl.isNegative()) {
                throw new IllegalArgumentException("history.ttl is negative");
            }
        }
    }

    /// What a client that comes back with a position gets.
    public enum Recovery {
        /// Everything it missed.
        STREAM,
        /// The newest publication only.
        CACHE,
        /// Nothing: it only hears what comes.
        OFF
    }

    /// What is known of who is in a channel.
    public enum Presence {
        OFF,
        /// How many clients and users there are.
        COUNTS,
        /// Who they are.
        MEMBERS
    }

    /// Who may do what in the channels. Whoever is one of those that are named may.
    public record Access(Set<Who> subscribe, Set<Who> publish, Set<Who> history, Set<Who> presence) {
        public static final Access DEFAULT = new Access(
                Set.of(Who.TOKEN, Who.AUTHENTICATED),
                Set.of(Who.AUTHENTICATED),
                Set.of(Who.SUBSCRIBER, Who.AUTHENTICATED),
                Set.of(Who.SUBSCRIBER));

        /// Of the reserved namespace.
        static final Access RESERVED =
                new Access(Set.of(Who.TOKEN), Set.of(), Set.of(Who.SUBSCRIBER), Set.of(Who.SUBSCRIBER));

        public Access {
            subscribe = Set.copyOf(subscribe);
            publish = Set.copyOf(publish);
            history = Set.copyOf(history);
            presence = Set.copyOf(presence);
        }
    }

    /// A kind of client.
    public enum Who {
        /// Whoever brings a token for the channel.
        TOKEN,
        /// Whoever said who it is when it connected.
        AUTHENTICATED,
        /// Everybody, anonymous clients included.
        ANYONE,
        /// Whoever is subscribed to the channel.
        SUBSCRIBER,
        /// Whom the application lets in when it is asked (app hook).
        HOOK
    }
}
