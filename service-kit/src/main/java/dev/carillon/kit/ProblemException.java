package dev.carillon.kit;

import dev.carillon.contract.ProblemType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ends a request with `application/problem+json` (RFC 9457).
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// What is wrong with one part of the request.
    ///
    /// @param pointer where: a JSON pointer, or the name of a parameter
    public record FieldFault(String pointer, String detail) {}

    private final transient ProblemType type;
    private final transient List<FieldFault> faults;
    private final transient @Nullable Duration retryAfter;

    private ProblemException(ProblemType type, String detail, List<FieldFault> faults, @Nullable Duration retryAfter) {
        super(detail, null, false, false);
        this.type = type;
        this.faults = List.copyOf(faults);
        this.retryAfter = retryAfter;
    }

    /// @param detail for people: what is wrong in this case; no names of classes, no facts of other owners
    public static ProblemException of(ProblemType type, String detail) {
        return new ProblemException(type, detail, List.of(), null);
    }

    /// With one entry per field that is wrong.
    public static ProblemException of(ProblemType type, String detail, List<FieldFault> faults) {
        return new ProblemException(type, detail, faults, null);
    }

    /// With the time after which it is worth to try again.
    public static ProblemException retryAfter(ProblemType type, String detail, Duration wait) {
        return new ProblemException(type, detail, List.of(), wait);
    }

    /// Whether the request has to change before it can succeed.
    public boolean isFaultOfRequest() {
        return type.status() < 500;
    }

    ProblemType type() {
        return type;
    }

    List<FieldFault> faults() {
        return faults;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
