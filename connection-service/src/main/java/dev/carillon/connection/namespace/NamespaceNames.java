package dev.carillon.connection.namespace;

import dev.carillon.contract.Channel;

/// What namespaces are called. Pure functions.
public final class NamespaceNames {

    /// What people write for channels without a namespace, whose name is empty.
    public static final String NONE = "-";

    private static final int MAX_LENGTH = 64;

    private NamespaceNames() {}

    public static String name(String shown) {
        return shown.equals(NONE) ? "" : shown;
    }

    public static String shown(String name) {
        return name.isEmpty() ? NONE : name;
    }

    /// What is wrong with a name, for people; empty when nothing is.
    public static String fault(String name) {
        if (name.isEmpty()) {
            return "";
        }
        if (name.length() > MAX_LENGTH) {
            return "name is longer than " + MAX_LENGTH + " characters";
        }
        if (name.indexOf(':') >= 0 || !Channel.fault(name).isEmpty()) {
            return "name must be printable ASCII without a colon";
        }
        return "";
    }
}
