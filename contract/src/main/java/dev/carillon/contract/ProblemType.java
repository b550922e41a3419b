package dev.carillon.contract;

/// A kind of error that HTTP clients may meet, as in RFC 9457 ("problem details"): one slug, one status, one
/// title.
///
/// @param slug names it in `type`: `/problems/<slug>`
/// @param status the HTTP status
/// @param title what it is, for people; does not vary
public record ProblemType(String slug, int status, String title) {

    public static final ProblemType BAD_REQUEST = new ProblemType("bad-request", 400, "The request is malformed");
    public static final ProblemType INVALID_CHANNEL =
            new ProblemType("invalid-channel", 400, "The channel name is not valid");
    public static final ProblemType INVALID_POSITION =
            new ProblemType("invalid-position", 400, "The position is not valid");
    public static final ProblemType UNAUTHORIZED =
            new ProblemType("unauthorized", 401, "Credentials are missing or wrong");
    public static final ProblemType FORBIDDEN = new ProblemType("forbidden", 403, "Not allowed");
    public static final ProblemType NOT_FOUND = new ProblemType("not-found", 404, "There is no such thing");
    public static final ProblemType METHOD_NOT_ALLOWED =
            new ProblemType("method-not-allowed", 405, "The method is not allowed here");
    public static final ProblemType NOT_ACCEPTABLE =
            new ProblemType("not-acceptable", 406, "No acceptable representation");
    public static final ProblemType CONFLICT = new ProblemType("conflict", 409, "It is in conflict with what is there");
    public static final ProblemType PRECONDITION_FAILED =
            new ProblemType("precondition-failed", 412, "It has changed meanwhile");
    public static final ProblemType TOO_LARGE = new ProblemType("too-large", 413, "The request is too large");
    public static final ProblemType UNSUPPORTED_MEDIA_TYPE =
            new ProblemType("unsupported-media-type", 415, "The media type is not supported");
    public static final ProblemType UNPROCESSABLE =
            new ProblemType("unprocessable", 422, "The request is understood but cannot be accepted");
    public static final ProblemType PRECONDITION_REQUIRED =
            new ProblemType("precondition-required", 428, "The request must say which revision it changes");
    public static final ProblemType TOO_MANY_REQUESTS = new ProblemType("too-many-requests", 429, "Too many requests");
    public static final ProblemType INTERNAL = new ProblemType("internal", 500, "Something went wrong here");
    public static final ProblemType UNAVAILABLE = new ProblemType("unavailable", 503, "Not available at the moment");

    /// The value of the member `type`.
    public String type() {
        return "/problems/" + slug;
    }
}
