package dev.carillon.bench.stand;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.bench.stand.CarillonStand.Build;
import dev.carillon.bench.stand.CarillonStand.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Starts contenders by name.
///
/// @param project the root of this checkout
/// @param before the root of another one, packaged as well, to be compared with
/// @param work where they keep data and logs
public record Stands(Path project, @Nullable Path before, Path work) {

    /// `carillon`, `carillon-native`, `before` (the other checkout), `limit`, or a folder of `bench/peers`.
    ///
    /// @param shape of Carillon; others have one of their own
    /// @throws IllegalArgumentException if nobody has that name
    public Contender start(String name, Shape shape, Path log) throws IOException, InterruptedException {
        var folder = work.resolve(log);
        Files.createDirectories(folder);
        return switch (name) {
            case "carillon" -> carillon(name, new Build(project, false), shape, folder);
            case "carillon-native" -> carillon(name, new Build(project, true), shape, folder);
            case "before" -> carillon(name, new Build(other(), false), shape, folder);
            case "limit" -> PeerStand.start(name, project.resolve("bench/limit"), folder);
            default -> PeerStand.start(name, peer(name), folder);
        };
    }

    private Contender carillon(String name, Build build, Shape shape, Path folder)
            throws IOException, InterruptedException {
        return CarillonStand.start(name, build, manner(project.resolve("bench/carillon")), shape, folder);
    }

    /// How clients talk to the server of a folder.
    static JsonNode manner(Path home) throws IOException {
        return new JsonMapper().readTree(home.resolve("peer.json").toFile());
    }

    private Path other() {
        if (before == null) {
            throw new IllegalArgumentException("which checkout is 'before'? --before DIR says it");
        }
        return before;
    }

    private Path peer(String name) {
        var home = project.resolve("bench/peers").resolve(name);
        if (!Files.isDirectory(home)) {
            throw new IllegalArgumentException("nobody is called " + name);
        }
        return home;
    }
}
