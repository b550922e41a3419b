package dev.carillon.contract;

/// Which channels an endpoint wants: one channel exactly, or with a final `*` all that begin with what stands
/// before it.
///
/// Endpoints get what Carillon itself publishes only by patterns that begin with `carillon:`.
///
/// @param text a channel name, or the beginning of one followed by `*`; `*` alone is every channel
public record ChannelPattern(String text) {

    /// @throws IllegalArgumentException when `text` is neither; the message says why
    public ChannelPattern {
        var stem = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
        if (stem.indexOf('*') >= 0) {
            throw new IllegalArgumentException("channel pattern may have one *, at its end");
        }
        if (!text.equals("*") && !Channel.fault(stem).isEmpty()) {
            throw new IllegalArgumentException("channel pattern: " + Channel.fault(stem));
        }
    }

    /// Whether this is a beginning (`orders:*`) and not one channel.
    public boolean isPrefix() {
        return text.endsWith("*");
    }

    /// The channel name, or the beginning without its `*`.
    public String stem() {
        return isPrefix() ? text.substring(0, text.length() - 1) : text;
    }

    public boolean matches(Channel channel) {
        return isPrefix() ? channel.name().startsWith(stem()) : channel.name().equals(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
