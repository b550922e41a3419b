package dev.carillon.webhook.attempt;

import dev.carillon.contract.Endpoint.ClientCertificate;
import java.util.function.Supplier;

/// What connections to an endpoint show of themselves (mTLS).
///
/// @param endpoint whose it is: no connection is shared with another endpoint
/// @param certificate as it is kept, to tell one from the next
/// @param key opens the private key, PEM
record Identity(String endpoint, ClientCertificate certificate, Supplier<String> key) {}
