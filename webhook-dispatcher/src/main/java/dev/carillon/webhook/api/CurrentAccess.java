package dev.carillon.webhook.api;

import dev.carillon.contract.Endpoint;
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

    /// @return the endpoint, if there is one that this request sees
    /// @throws ProblemException with 404
    Endpoint require(@Nullable Endpoint endpoint, String id) {
        if (endpoint == null || !access.sees(endpoint)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "there is no endpoint " + id);
        }
        return endpoint;
    }

    boolean mayReadSecrets() {
        return access.allows(Scope.SECRETS);
    }
}
