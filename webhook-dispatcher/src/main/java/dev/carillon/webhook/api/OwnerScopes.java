package dev.carillon.webhook.api;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Finds out whose things the request at hand may see: the one place to ask. An API key sees everything.
@Singleton
final class OwnerScopes {

    private final Endpoints endpoints;
    private final CurrentAccess access;

    OwnerScopes(Endpoints endpoints, CurrentAccess access) {
        this.endpoints = endpoints;
        this.access = access;
    }

    OwnerScope current() {
        return new OwnerScope(access.get().owner());
    }

    /// An endpoint that there is and that the request may see.
    Endpoint visible(String id) {
        var endpoint = endpoints.get(id);
        if (!current().sees(endpoint)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "there is no endpoint " + id);
        }
        return endpoint;
    }

    /// What a request asks for, within what it may see; what is asked by endpoint must be visible. Who sees
    /// everything may ask for endpoints that are gone.
    void check(@Nullable String endpoint) {
        if (endpoint != null && current().owner() != null) {
            visible(endpoint);
        }
    }
}
