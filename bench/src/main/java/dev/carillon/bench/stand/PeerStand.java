package dev.carillon.bench.stand;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Somebody else's server, out of a folder with `install`, `start PORT DIR` and `peer.json`.
public final class PeerStand implements Contender {

    private static final int INSTALL_MINUTES = 10;

    private final String name;
    private final JsonNode manner;
    private final int port;
    private final Child server;

    private PeerStand(String name, JsonNode manner, int port, Child server) {
        this.name = name;
        this.manner = manner;
        this.port = port;
        this.server = server;
    }

    /// @param home its folder
    /// @param work where it may keep what it needs, and where its log goes
    static PeerStand start(String name, Path home, Path work) throws IOException, InterruptedException {
        install(home);
        Files.createDirectories(work);
        int port = Ports.free();
        var command = List.of(home.resolve("start").toString(), Integer.toString(port), work.toString());
        var server = Child.start(name, command, Map.of(), work);
        try {
            server.await(() -> Ports.isOpen(port));
        } catch (RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
        return new PeerStand(name, Stands.manner(home), port, server);
    }

    private static void install(Path home) throws IOException, InterruptedException {
        var install = new ProcessBuilder(home.resolve("install").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!install.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || install.exitValue() != 0) {
            install.destroyForcibly();
            throw new IllegalStateException(home.resolve("install") + " failed");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public InetSocketAddress address() {
        return Ports.local(port);
    }

    @Override
    public JsonNode manner() {
        return manner;
    }

    @Override
    public List<Child> servers() {
        return List.of(server);
    }

    @Override
    public void close() {
        server.close();
    }
}
