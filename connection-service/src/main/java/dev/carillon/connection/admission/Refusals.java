package dev.carillon.connection.admission;

import dev.carillon.connection.auth.Decision;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.ReplyError;
import dev.carillon.kit.ProblemException;
import java.time.Duration;

/// How the application's refusals look over HTTP. Pure functions.
final class Refusals {

    private static final Duration SOON = Duration.ofSeconds(1);

    private Refusals() {}

    /// What is granted.
    ///
    /// @throws ProblemException when nothing is
    static <T> T granted(Decision<T> decision) {
        return switch (decision) {
            case Decision.Granted<T>(var value) -> value;
            case Decision.Refused<T>(var why) -> throw problem(why);
            case Decision.Closed<T>(var code, var reason) -> throw closed(code, reason);
        };
    }

    /// Where there is no connection to close, a client may come again, or not.
    private static ProblemException closed(int code, String reason) {
        return CloseCode.reconnects(code)
                ? ProblemException.retryAfter(ProblemType.UNAVAILABLE, text(reason), SOON)
                : ProblemException.of(ProblemType.FORBIDDEN, text(reason));
    }

    private static ProblemException problem(ReplyError why) {
        if (why.temporary()) {
            return ProblemException.retryAfter(ProblemType.UNAVAILABLE, text(why.message()), SOON);
        }
        var type = why.code() == ErrorCode.UNAUTHORIZED.code() ? ProblemType.UNAUTHORIZED : ProblemType.FORBIDDEN;
        return ProblemException.of(type, text(why.message()));
    }

    private static String text(String words) {
        return words.isEmpty() ? "the application does not allow it" : words;
    }
}
