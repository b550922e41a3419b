package dev.carillon.fanout.own;

/// What is held at a moment, in numbers.
///
/// @param warm partitions that are routed
/// @param cold partitions that are assigned and still being rebuilt
/// @param lag events that are in the log and not yet read
/// @param followers pairs of a channel and a node that follows it
/// @param ringBytes about what remembered publications take
/// @param inFlight bytes on their way to Kafka
/// @param shutInboxes inboxes that take nothing; counted by each worker that tried
public record Figures(
        int warm, int cold, long lag, int channels, int followers, long ringBytes, long inFlight, int shutInboxes) {

    static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0);

    Figures plus(Figures other) {
        return new Figures(
                warm + other.warm,
                cold + other.cold,
                lag + other.lag,
                channels + other.channels,
                followers + other.followers,
                ringBytes + other.ringBytes,
                inFlight + other.inFlight,
                shutInboxes + other.shutInboxes);
    }
}
