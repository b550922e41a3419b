package dev.carillon.fanout.own;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Names this process among all instances, the same over its restarts.
final class InstanceName {

    private static final int MAX_LENGTH = 200;

    private InstanceName() {}

    /// @param configured what the operator says
    /// @param port tells instances on one host apart
    static String of(Optional<String> configured, Optional<Integer> port) {
        var name = configured.orElseGet(() -> host() + "-" + port.orElse(0));
        // Kafka allows no more in names of members.
        var legal = name.replaceAll("[^a-zA-Z0-9._-]", "_");
        return legal.length() > MAX_LENGTH ? legal.substring(0, MAX_LENGTH) : legal;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
