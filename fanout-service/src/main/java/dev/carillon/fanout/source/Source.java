package dev.carillon.fanout.source;

import com.fasterxml.jackson.core.JsonPointer;
import dev.carillon.fanout.SourceConfig;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// What an operator wants of somebody else's topics.
///
/// @param name names it in the group, in metrics and for people
/// @param topics which; none when there is a pattern
/// @param pattern for names of topics, or null
/// @param channel where the channel stands
/// @param prefix what is put before it
/// @param type where the type stands
/// @param data where in the value the data stands, or null for the value as it is
record Source(
        String name,
        List<String> topics,
        @Nullable Pattern pattern,
        Pick channel,
        String prefix,
        Pick type,
        @Nullable JsonPointer data,
        SourceConfig.Start start) {

    private static final String OURS = "carillon.";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    Source {
        topics = List.copyOf(topics);
    }

    /// All that are configured.
    ///
    /// @throws IllegalArgumentException when one makes no sense; the message names the key
    static List<Source> all(Map<String, SourceConfig> configured) {
        return configured.entrySet().stream()
                .map(source -> of(source.getKey(), source.getValue()))
                .toList();
    }

    /// @throws IllegalArgumentException when it makes no sense; the message names the key
    static Source of(String name, SourceConfig config) {
        var key = "carillon.fanout.sources." + name;
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(key + ": a name has at most 100 letters, digits and any of . _ -");
        }
        var topics = config.topics().orElse(List.of());
        if (topics.isEmpty() == config.pattern().isEmpty()) {
            throw new IllegalArgumentException(key + ": needs either topics or a pattern");
        }
        topics.forEach(topic -> check(key + ".topics", topic));
        return new Source(
                name,
                topics,
                config.pattern()
                        .map(text -> read(key + ".pattern", text, Source::pattern))
                        .orElse(null),
                read(key + ".channel", config.channel(), Pick::parse),
                config.channelPrefix().orElse(""),
                read(key + ".type", config.type(), Pick::parse),
                config.data()
                        .map(text -> read(key + ".data", text, Pick::pointer))
                        .orElse(null),
                config.start());
    }

    /// The consumer group: one per source, so that each goes on where it stood.
    String group() {
        return "fanout.source." + name;
    }

    /// Whether values have to be read as JSON.
    boolean readsValue() {
        return data != null || channel.readsValue() || type.readsValue();
    }

    private static void check(String key, String topic) {
        if (!TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException(key + ": '" + topic + "' is not the name of a topic");
        }
        if (topic.startsWith(OURS)) {
            throw new IllegalArgumentException(key + ": topics of Carillon itself are no sources");
        }
    }

    /// What Carillon writes must not come back as a source: that would never end.
    private static Pattern pattern(String text) {
        try {
            return Pattern.compile("(?!carillon\\.|__)(?:" + text + ")");
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a regular expression: " + e.getDescription(), e);
        }
    }

    private static <T> T read(String key, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }
}
