package dev.carillon.connection.node;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.contract.Topics;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;

/// Who this node is, from its start to its end. Immutable.
@Singleton
public final class NodeIdentity {

    private static final int MAX_HOST_LENGTH = 60;

    private final String name;
    private final Instant startedAt;

    @Inject
    NodeIdentity(ConnectionConfig config) {
        this(config.node().orElseGet(() -> made(host())), Clock.systemUTC().instant());
    }

    NodeIdentity(String name, Instant startedAt) {
        this.name = name;
        this.startedAt = startedAt;
    }

    /// Unique in the cluster.
    public String name() {
        return name;
    }

    /// Grows with every start of the node: milliseconds since 1970.
    public long incarnation() {
        return startedAt.toEpochMilli();
    }

    public Instant startedAt() {
        return startedAt;
    }

    /// The topic of the node's inbox.
    public String inbox() {
        return Topics.NODE_INBOX_PREFIX + name;
    }

    private static String made(String host) {
        var random = new byte[4];
        new SecureRandom().nextBytes(random);
        return host + '-' + HexFormat.of().formatHex(random);
    }

    /// The host's name, as far as a topic's name can hold it.
    private static String host() {
        try {
            var host = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            var fit = host.replaceAll("[^a-z0-9._-]", "-");
            return fit.substring(0, Math.min(fit.length(), MAX_HOST_LENGTH));
        } catch (UnknownHostException e) {
            return "node";
        }
    }
}
