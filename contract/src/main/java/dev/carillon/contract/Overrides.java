package dev.carillon.contract;

import org.jspecify.annotations.Nullable;

/// What the options of a namespace are for one subscription of one client; null leaves an option as it is.
///
/// @param presence whether the client is known to others in the channel
/// @param joinLeave whether its coming and going is told
/// @param forceRecovery whether it recovers, also without asking
/// @param forcePositioning whether it is watched for gaps, also without asking
/// @param forcePushJoinLeave whether it is told who comes and goes, also without asking
public record Overrides(
        @Nullable Boolean presence,
        @Nullable Boolean joinLeave,
        @Nullable Boolean forceRecovery,
        @Nullable Boolean forcePositioning,
        @Nullable Boolean forcePushJoinLeave) {

    public static final Overrides NONE = new Overrides(null, null, null, null, null);

    /// The options with these in place of some.
    public Namespace on(Namespace namespace) {
        if (equals(NONE)) {
            return namespace;
        }
        var known = presence == null ? namespace.presence() : presence(namespace);
        boolean told = (joinLeave == null ? namespace.joinLeave() : joinLeave) && known != Namespace.Presence.OFF;
        return new Namespace(
                namespace.name(),
                namespace.history(),
                recovery(namespace),
                forcePositioning == null ? namespace.positioning() : forcePositioning,
                known,
                told,
                namespace.delta(),
                namespace.tagsFilter(),
                namespace.ephemeral(),
                namespace.access(),
                namespace.maxEventSize(),
                namespace.channelPattern(),
                namespace.rates(),
                namespace.revision());
    }

    private Namespace.Presence presence(Namespace namespace) {
        if (Boolean.FALSE.equals(presence)) {
            return Namespace.Presence.OFF;
        }
        return namespace.presence() == Namespace.Presence.OFF ? Namespace.Presence.MEMBERS : namespace.presence();
    }

    private Namespace.Recovery recovery(Namespace namespace) {
        if (forceRecovery == null) {
            return namespace.recovery();
        }
        if (!forceRecovery) {
            return Namespace.Recovery.OFF;
        }
        return namespace.recovery() == Namespace.Recovery.OFF ? Namespace.Recovery.STREAM : namespace.recovery();
    }
}
