package dev.carillon.testkit.conformance;

import java.net.URI;

/// Where one client comes in.
///
/// @param node the node that it connects to
/// @param beside the node that gets what it sends by requests of their own
public record Door(URI node, URI beside) {

    /// Everything at one node.
    public static Door at(URI node) {
        return new Door(node, node);
    }

    URI socket(String path) {
        return URI.create(node.resolve(path).toString().replaceFirst("http", "ws"));
    }
}
