package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Endpoint.ClientCertificate;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.JsonMembers;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.endpoint.CertificateRules;
import dev.carillon.webhook.vault.Vault;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The certificate of an endpoint as requests ask for it. Keys are never shown, so a request that says nothing
/// of the certificate, or repeats the chain that it was shown, leaves it as it is; `null` takes it away.
final class Certificates {

    private Certificates() {}

    /// @param body as it was sent
    /// @param before what there is, sealed, or null
    /// @throws ProblemException when there is something wrong with it
    static @Nullable ClientCertificate read(
            String endpoint, ObjectNode body, @Nullable ClientCertificate before, Vault vault, Instant now) {
        var asked = JsonMembers.of(body).node("certificate");
        if (asked.isMissingNode()) {
            return before;
        }
        if (asked.isNull()) {
            return null;
        }
        var chain = asked.path("chain").asText("");
        var key = asked.path("key").asText("");
        if (key.isEmpty() && before != null && before.chain().equals(chain)) {
            return before;
        }
        var chainFault = CertificateRules.chainFault(chain, now);
        if (!chainFault.isEmpty()) {
            throw Requests.fault("/certificate/chain", chainFault);
        }
        var keyFault = CertificateRules.keyFault(chain, key);
        if (!keyFault.isEmpty()) {
            throw Requests.fault("/certificate/key", keyFault);
        }
        return new ClientCertificate(chain, seal(vault, endpoint, key));
    }

    /// @throws ProblemException when nothing can be sealed here
    static String seal(Vault vault, String endpoint, String secret) {
        if (!vault.canSeal()) {
            throw ProblemException.of(
                    ProblemType.UNAVAILABLE,
                    "secrets cannot be kept here until carillon.webhook.master-keys is configured");
        }
        return vault.seal(endpoint, secret);
    }
}
