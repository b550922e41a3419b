package dev.carillon.connection.api;

import dev.carillon.connection.admission.Applicant;
import dev.carillon.connection.auth.HttpAccess;
import jakarta.ws.rs.core.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// Finds the credentials of a REST request.
public final class RestCredentials {

    private RestCredentials() {}

    /// Who sends a request to publish, or to read now and then.
    static Applicant applicant(HttpHeaders headers) {
        return new Applicant(of(headers, null), headers::getHeaderString, true);
    }

    /// @param token the query parameter `token`, where one is accepted
    public static HttpAccess.Credentials of(HttpHeaders headers, @Nullable String token) {
        return new HttpAccess.Credentials(
                headers.getHeaderString("X-API-Key"),
                headers.getHeaderString(HttpHeaders.AUTHORIZATION),
                token,
                headers.getHeaderString(HttpHeaders.COOKIE));
    }
}
