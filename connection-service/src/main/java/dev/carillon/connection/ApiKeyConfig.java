package dev.carillon.connection;

import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Set;

/// A key that opens a part of the HTTP API.
public interface ApiKeyConfig {

    /// The key as it is, or `sha256:` and its hash in hexadecimal digits.
    String key();

    /// What it is good for.
    Set<Scope> scopes();

    /// The channels that it is good for: names, or beginnings such as `orders:*`.
    @WithDefault("*")
    List<String> channels();

    /// A part of the HTTP API.
    enum Scope {
        /// Publish events.
        PUBLISH,
        /// Read events, listen, see who is present.
        READ,
        /// Everything else; always for all channels.
        ADMIN
    }
}
