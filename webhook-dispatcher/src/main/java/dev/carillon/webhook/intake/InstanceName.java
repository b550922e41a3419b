package dev.carillon.webhook.intake;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// What a replica is called when nobody named it: its host and HTTP port, the same after a restart.
final class InstanceName {

    private InstanceName() {}

    static String of(int port) {
        return clean(host()) + "-" + port;
    }

    /// Only characters that Kafka takes.
    static String clean(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]", "_");
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
