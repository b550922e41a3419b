package dev.carillon.fanout;

import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/// A source: topics of somebody else whose records become events. One entry of `carillon.fanout.sources`.
///
/// Where a text of a record stands is said in one of four ways: `key`, `header:NAME`, `pointer:/a/b` (a JSON
/// pointer, RFC 6901, into the value) or `constant:TEXT`.
public interface SourceConfig {

    /// Where reading begins when the group has no commit yet.
    enum Start {
        /// With the oldest record that the topic has.
        EARLIEST,
        /// With the first record after now. Topics that come later are read whole.
        LATEST
    }

    /// The topics, separated by commas. Either these or `pattern`.
    Optional<List<String>> topics();

    /// A regular expression for whole names of topics; topics of Kafka and of Carillon itself never match.
    Optional<String> pattern();

    /// Where the channel stands.
    @WithDefault("key")
    String channel();

    /// What is put before it, such as `orders:`.
    Optional<String> channelPrefix();

    /// Where the type of the event stands; without anything there it is `message`.
    @WithDefault("header:ce_type")
    String type();

    /// A JSON pointer to the part of the value that is published; without it, the whole value as it is.
    Optional<String> data();

    @WithDefault("latest")
    Start start();
}
