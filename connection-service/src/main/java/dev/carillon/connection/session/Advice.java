package dev.carillon.connection.session;

import dev.carillon.contract.client.CloseCode;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// When a client may come back, for clients that ask to be told: those that were sent away together are not to
/// come back together. It stands in the reason for which the connection ends, as JSON; whoever does not ask
/// gets the plain reason.
///
/// Clients ask by a query parameter of the request that opens the connection, a header of it, or the same
/// header in `connect`. Pure functions.
public final class Advice {

    static final String HEADER = "carillon-reconnect-after";
    private static final String PARAMETER = "carillon_reconnect_after=true";

    /// What is left of a close frame (123 bytes) beside the names and numbers.
    private static final int MAX_REASON = 60;

    /// A crowded node is left alone for some times as long.
    private static final int CROWDED = 5;

    private Advice() {}

    /// The headers of a request, and among them what its query says.
    ///
    /// @param headers the value of a header by its name
    /// @param query of the request, null when it has none
    public static Function<String, @Nullable String> asked(
            Function<String, @Nullable String> headers, @Nullable String query) {
        boolean asks = query != null && List.of(query.split("&", -1)).contains(PARAMETER);
        return asks ? name -> name.equalsIgnoreCase(HEADER) ? "true" : headers.apply(name) : headers;
    }

    static boolean isWanted(@Nullable String header) {
        return header != null && header.strip().equalsIgnoreCase("true");
    }

    /// How long to stay away; null when the client is not to come back.
    ///
    /// @param spread over which clients come back
    static @Nullable Duration delay(int code, Duration spread, RandomGenerator random) {
        if (!CloseCode.reconnects(code)) {
            return null;
        }
        var within = Duration.ofMillis(random.nextLong(spread.toMillis() + 1));
        return code == CloseCode.TOO_MANY_REQUESTS.code() ? spread.plus(within.multipliedBy(CROWDED - 1)) : within;
    }

    /// Fits into a close frame. SDKs read `reason` and `reconnect` out of such a text.
    static String reason(String reason, Duration delay) {
        var plain = reason.replaceAll("[^ -~]|[\"\\\\]", "?");
        return "{\"reason\":\"" + plain.substring(0, Math.min(MAX_REASON, plain.length()))
                + "\",\"reconnect\":true,\"reconnect_after\":" + delay.toMillis() + "}";
    }
}
