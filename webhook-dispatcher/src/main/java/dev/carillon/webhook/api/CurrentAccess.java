package dev.carillon.webhook.api;

import dev.carillon.webhook.ApiKeyConfig.Scope;
import dev.carillon.webhook.access.Access;
import jakarta.enterprise.context.RequestScoped;
import java.util.List;
import java.util.Set;

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

    boolean mayReadSecrets() {
        return access.allows(Scope.SECRETS);
    }
}
