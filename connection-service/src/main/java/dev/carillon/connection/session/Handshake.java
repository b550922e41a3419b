package dev.carillon.connection.session;

import java.util.HashMap;
import java.util.Map;

/// What came with the request that opened a connection.
///
/// @param headers those that go along with questions to the application, by their names in lower case
/// @param token a connection token that came in a cookie; may be empty
/// @param advised whether the client wants to be told when to come back ([Advice])
public record Handshake(Map<String, String> headers, String token, boolean advised) {

    static final Handshake NONE = new Handshake(Map.of(), "", false);

    public Handshake {
        headers = Map.copyOf(headers);
    }

    /// The same with more headers, which do not replace any: what the browser sent counts.
    Handshake with(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = new HashMap<>(more);
        all.putAll(headers);
        return new Handshake(all, token, advised);
    }

    /// The same of a client that wants to be told when to come back.
    Handshake withAdvice() {
        return advised ? this : new Handshake(headers, token, true);
    }

    @Override
    public String toString() {
        return "Handshake" + headers.keySet();
    }
}
