package dev.carillon.webhook.api;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.net.URI;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Makes `…%3Areplay` the same path as `…:replay`: clients may escape a colon, and many do.
@Singleton
public final class ColonFilter {

    ColonFilter() {}

    @ServerRequestFilter(preMatching = true)
    public void unescape(ContainerRequestContext request) {
        var uri = request.getUriInfo().getRequestUri();
        var path = uri.getRawPath();
        if (!path.contains("%3A") && !path.contains("%3a")) {
            return;
        }
        var query = uri.getRawQuery();
        var plain = path.replace("%3A", ":").replace("%3a", ":");
        request.setRequestUri(URI.create(query == null ? plain : plain + "?" + query));
    }
}
