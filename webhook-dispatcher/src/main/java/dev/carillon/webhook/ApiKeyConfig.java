package dev.carillon.webhook;

import java.util.Optional;
import java.util.Set;

/// A key that opens a part of the REST API.
public interface ApiKeyConfig {

    /// The key as it is, or `sha256:` and its hash in hexadecimal digits.
    String key();

    /// What it is good for.
    Set<Scope> scopes();

    /// Whose endpoints it sees; without it, everybody's.
    Optional<String> owner();

    /// A part of the REST API.
    enum Scope {
        /// See endpoints, attempts and dead letters.
        READ,
        /// Register, change, test and delete endpoints, and have events sent again.
        WRITE,
        /// See the secrets that endpoints sign with.
        SECRETS,
        /// What is about all endpoints: operations, the ledger, portal tokens.
        ADMIN
    }
}
