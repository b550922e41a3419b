package dev.carillon.connection.admission;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.contract.Publisher;
import org.jspecify.annotations.Nullable;

/// What lets somebody publish.
///
/// @param holder whose it is, as a key to count by; empty for a backend, whose publishes nobody counts
/// @param publisher the client that subscribers see; null for a backend, and for a client that is nobody
public record Pass(String holder, @Nullable Publisher publisher) {

    public static final Pass BACKEND = new Pass("", null);

    static Pass of(ConnectionClaims claims, String holder) {
        return new Pass(
                holder,
                claims.user().isEmpty() ? null : new Publisher(claims.user(), "", claims.info(), ByteString.EMPTY));
    }

    @Override
    public String toString() {
        return "Pass";
    }
}
