package dev.carillon.webhook.verify;

/// What the server behind a URL says to being sent deliveries.
public sealed interface Consent {

    /// Yes.
    ///
    /// @param rate deliveries a minute at most, 0 for no limit
    record Granted(int rate) implements Consent {}

    /// Not yet; it knows how to say so later.
    record Open() implements Consent {}

    /// No, or nothing that could be understood.
    ///
    /// @param detail for people
    record Refused(String detail) implements Consent {}
}
