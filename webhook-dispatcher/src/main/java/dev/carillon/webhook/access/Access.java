package dev.carillon.webhook.access;

import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelPattern;
import dev.carillon.contract.Endpoint;
import dev.carillon.webhook.ApiKeyConfig.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one request may see and do.
///
/// @param owner whose endpoints it sees, or null for everybody's
/// @param scopes the parts of the REST API that are open to it
/// @param channels which channels its endpoints may ask for
/// @param until when it ends, or null when it does not
public record Access(
        @Nullable String owner,
        Set<Scope> scopes,
        List<ChannelPattern> channels,
        @Nullable Instant until) {

    private static final List<ChannelPattern> EVERY_CHANNEL = List.of(new ChannelPattern("*"));
    private static final String RESERVED = Channel.RESERVED_NAMESPACE + ":";

    /// Everything.
    public static final Access ALL = new Access(null, Set.of(Scope.values()), EVERY_CHANNEL, null);

    /// What a portal token opens: all of its owner's, but what is about everybody's, and no look at secrets.
    private static final Set<Scope> PORTAL = Set.of(Scope.READ, Scope.WRITE);

    public Access {
        scopes = Set.copyOf(scopes);
        channels = List.copyOf(channels);
    }

    static Access of(@Nullable String owner, Set<Scope> scopes) {
        return new Access(owner, scopes, EVERY_CHANNEL, null);
    }

    static Access portal(String owner, List<ChannelPattern> channels, Instant until) {
        return new Access(owner, PORTAL, channels.isEmpty() ? EVERY_CHANNEL : channels, until);
    }

    public boolean allows(Scope scope) {
        return scopes.contains(scope);
    }

    /// Whether the endpoint exists as far as this request is concerned.
    public boolean sees(Endpoint endpoint) {
        return seesOwner(endpoint.settings().owner());
    }

    /// Whether it sees what belongs to somebody.
    ///
    /// @param whose or null when it belongs to nobody in particular
    public boolean seesOwner(@Nullable String whose) {
        return !scopes.isEmpty() && (owner == null || owner.equals(whose));
    }

    /// Whether an endpoint may ask for these channels. Those that Carillon itself publishes on tell about
    /// everybody: an owner gets them only where they are named.
    public boolean allowsChannels(ChannelPattern wanted) {
        return owner == null || channels.stream().anyMatch(pattern -> covers(pattern, wanted));
    }

    private static boolean covers(ChannelPattern allowed, ChannelPattern wanted) {
        if (wanted.stem().startsWith(RESERVED) && !allowed.stem().startsWith(RESERVED)) {
            return false;
        }
        return allowed.isPrefix() ? wanted.stem().startsWith(allowed.stem()) : allowed.equals(wanted);
    }
}
