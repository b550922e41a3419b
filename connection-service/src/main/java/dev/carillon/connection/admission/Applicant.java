package dev.carillon.connection.admission;

import dev.carillon.connection.auth.HttpAccess.Credentials;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Somebody who sends a plain request.
///
/// @param header the value of a header of the request by its name, null when it is not there
/// @param comesAgain whether such requests come every few seconds, so that the application need not be asked at
///     each of them
public record Applicant(Credentials credentials, Function<String, @Nullable String> header, boolean comesAgain) {

    @Override
    public String toString() {
        return "Applicant";
    }
}
