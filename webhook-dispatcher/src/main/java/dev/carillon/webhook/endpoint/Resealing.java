package dev.carillon.webhook.endpoint;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.TelemetryNames;
import dev.carillon.kit.LogScope;
import dev.carillon.kit.StateWriter;
import dev.carillon.webhook.vault.Vault;
import org.jboss.logging.Logger;

/// Seals with the newest master key, once at the start, what was written plainly or with an older one. It is
/// the same row otherwise, revision included; several replicas may do it at once. A change that another replica
/// makes in the same milliseconds may be lost, as between any two changes.
///
/// Waits: for virtual threads.
public final class Resealing {

    private static final Logger LOG = Logger.getLogger(Resealing.class);

    private final Vault vault;
    private final EndpointTable table;
    private final EndpointStore store;

    public Resealing(Vault vault, EndpointTable table, EndpointStore store) {
        this.vault = vault;
        this.table = table;
        this.store = store;
    }

    public void run() {
        if (!vault.seals()) {
            return;
        }
        int sealed = 0;
        for (var endpoint : table.all()) {
            sealed += isResealed(endpoint.id()) ? 1 : 0;
        }
        if (sealed > 0) {
            LOG.infof("secrets of %d endpoints are sealed with the newest master key", sealed);
        }
    }

    private boolean isResealed(String id) {
        var now = table.find(id);
        if (now == null) {
            return false;
        }
        try (var _ = LogScope.of(TelemetryNames.ENDPOINT_ID, id)) {
            var keys = vault.sealed(id, now.keys());
            if (keys.equals(now.keys())) {
                return false;
            }
            store.put(new Endpoint(id, now.settings(), keys, now.state()));
            return true;
        } catch (Vault.LockedException e) {
            LOG.error("secrets of an endpoint cannot be opened", e);
        } catch (StateWriter.UnwrittenException e) {
            LOG.warn("secrets of an endpoint stay sealed as they are until the next start", e);
        }
        return false;
    }
}
