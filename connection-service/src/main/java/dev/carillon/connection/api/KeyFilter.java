package dev.carillon.connection.api;

import dev.carillon.connection.auth.HttpAccess;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/// Turns whoever has no such key away before anything else is looked at.
@Provider
@KeyNeeded
public final class KeyFilter implements ContainerRequestFilter {

    /// Looked up with the first request: filters are made before there is a configuration.
    private final Instance<HttpAccess> access;

    KeyFilter(Instance<HttpAccess> access) {
        this.access = access;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        access.get()
                .requireKey(new HttpAccess.Credentials(
                        request.getHeaderString("X-API-Key"),
                        request.getHeaderString(HttpHeaders.AUTHORIZATION),
                        null));
    }
}
