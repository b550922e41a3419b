package dev.carillon.connection.api;

import dev.carillon.connection.auth.HttpAccess;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/// Turns whoever has no such key away before anything else is looked at.
@Provider
@KeyNeeded
public final class KeyFilter implements ContainerRequestFilter {

    private final HttpAccess access;

    KeyFilter(HttpAccess access) {
        this.access = access;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        access.requireKey(new HttpAccess.Credentials(
                request.getHeaderString("X-API-Key"), request.getHeaderString(HttpHeaders.AUTHORIZATION), null));
    }
}
