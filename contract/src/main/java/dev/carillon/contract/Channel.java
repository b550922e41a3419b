package dev.carillon.contract;

/// The name that publishers publish to and clients subscribe to: `name` or `namespace:name`.
///
/// @param name 1 to 255 printable ASCII characters
public record Channel(String name) implements Comparable<Channel> {

    /// The longest name, in characters.
    public static final int MAX_LENGTH = 255;

    /// The namespace of the events that Carillon itself publishes; clients cannot publish to it.
    public static final String RESERVED_NAMESPACE = "carillon";

    /// @throws IllegalArgumentException when `name` is no channel name; the message says why
    public Channel {
        var fault = fault(name);
        if (!fault.isEmpty()) {
            throw new IllegalArgumentException(fault);
        }
    }

    /// What is wrong with `name` as a channel name, for people; empty when nothing is.
    public static String fault(String name) {
        if (name.isEmpty()) {
            return "channel is empty";
        }
        if (name.length() > MAX_LENGTH) {
            return "channel is longer than " + MAX_LENGTH + " characters";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ' || c > '~') {
                return "channel has a character outside printable ASCII at index " + i;
            }
        }
        return "";
    }

    /// The part before the first `:`, empty when there is none.
    public String namespace() {
        int colon = name.indexOf(':');
        return colon < 0 ? "" : name.substring(0, colon);
    }

    /// Whether only Carillon itself publishes here.
    public boolean isReserved() {
        return namespace().equals(RESERVED_NAMESPACE);
    }

    @Override
    public int compareTo(Channel other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
