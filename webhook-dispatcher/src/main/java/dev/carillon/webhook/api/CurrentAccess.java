package dev.carillon.webhook.api;

import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.ApiKeyConfig.Scope;
import dev.carillon.webhook.access.Access;
import jakarta.enterprise.context.RequestScoped;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the request that is being served may see; nothing before [AccessFilter] has let it in. Resources ask
/// here, through [Endpoints#get], whenever somebody names an endpoint.
@RequestScoped
class CurrentAccess {

    private static final Access NOTHING = new Access("", Set.of(), List.of(), null);

    private Access access = NOTHING;

    CurrentAccess() {}

    Access get() {
        return access;
    }

    void set(Access admitted) {
        this.access = admitted;
    }

    /// Whose things a request asks for, within what it may see.
    ///
    /// @param asked whose, or null for all that it may see
    /// @throws ProblemException when it asks for somebody else's
    @Nullable
    String narrow(@Nullable String asked) {
        var owner = access.owner();
        if (asked != null && owner != null && !asked.equals(owner)) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "these are somebody else's");
        }
        return owner == null ? asked : owner;
    }

    boolean mayReadSecrets() {
        return access.allows(Scope.SECRETS);
    }
}
