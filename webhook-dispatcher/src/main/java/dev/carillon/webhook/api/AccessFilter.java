package dev.carillon.webhook.api;

import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.access.Access;
import dev.carillon.webhook.access.Routes;
import dev.carillon.webhook.access.Routes.Reach;
import dev.carillon.webhook.access.Routes.Rule;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Lets nobody use the REST API without a key or a token, and nobody further than theirs reaches ([Routes]).
@Singleton
public final class AccessFilter {

    /// Asked for at each request: filters are made when the application is built, there is no configuration
    /// yet.
    private final Provider<Doorkeeper> doorkeeper;

    private final Provider<Endpoints> endpoints;
    private final CurrentAccess current;

    AccessFilter(Provider<Doorkeeper> doorkeeper, Provider<Endpoints> endpoints, CurrentAccess current) {
        this.doorkeeper = doorkeeper;
        this.endpoints = endpoints;
        this.current = current;
    }

    @ServerRequestFilter
    public void check(ContainerRequestContext request) {
        var path = path(request);
        var rule = Routes.of(request.getMethod(), path);
        if (rule.reach() == Reach.OPEN) {
            current.set(Access.ALL);
            return;
        }
        var access = doorkeeper
                .get()
                .admit(request.getHeaderString("X-API-Key"), request.getHeaderString(HttpHeaders.AUTHORIZATION));
        if (!access.allows(rule.scope())) {
            throw ProblemException.of(
                    ProblemType.FORBIDDEN,
                    "this needs the scope " + rule.scope().name().toLowerCase(Locale.ROOT));
        }
        current.set(access);
        if (access.owner() != null) {
            checkReach(rule, path, request, access);
        }
    }

    private void checkReach(Rule rule, String path, ContainerRequestContext request, Access access) {
        switch (rule.reach()) {
            case ENDPOINT -> {
                var id = Routes.endpoint(rule, path);
                // One that is not there may be about to be: PUT makes it.
                var endpoint = endpoints.get().running().endpoints().find(id);
                if (endpoint != null && !access.sees(endpoint)) {
                    throw ProblemException.of(ProblemType.NOT_FOUND, "there is no endpoint " + id);
                }
            }
            case QUERY -> {
                var named = request.getUriInfo().getQueryParameters().getOrDefault("endpoint", List.of());
                if (named.size() != 1) {
                    throw ProblemException.of(
                            ProblemType.FORBIDDEN, "name one of your endpoints in the parameter endpoint");
                }
                endpoints.get().get(named.getFirst());
            }
            case CLUSTER -> throw ProblemException.of(ProblemType.FORBIDDEN, "this is not for one owner alone");
            case OWN, BODY, OPEN -> {
                // Who serves it asks.
            }
        }
    }

    private static String path(ContainerRequestContext request) {
        var path = request.getUriInfo().getPath();
        return path.startsWith("/") ? path : "/" + path;
    }
}
