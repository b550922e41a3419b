package dev.carillon.webhook.intake;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.TelemetryNames;
import dev.carillon.kit.LogScope;
import dev.carillon.kit.StateWriter.UnwrittenException;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Source;
import dev.carillon.webhook.endpoint.EndpointEvents;
import dev.carillon.webhook.endpoint.EndpointStore;
import dev.carillon.webhook.endpoint.EndpointTable;
import dev.carillon.webhook.endpoint.Finding;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Follows findings up: tells of them, and changes the endpoints that they are about. Each runs on a virtual
/// thread of its own, outside of all transactions, and is decided when everything is written: killed before, the
/// next owner tells the same again, in the same words, and the log drops the repeat.
///
/// An endpoint is changed only while it is as it was when it was found wanting: what came of an attempt at another
/// URL, or before somebody enabled it again, is nothing to disable it for. If it is still so, the next attempt
/// tells.
///
/// @param others take all other commands
record Findings(
        Acceptor.Desk others,
        EndpointTable endpoints,
        EndpointStore store,
        Duration patience,
        Consumer<Decision> decided)
        implements Acceptor.Desk {

    private static final Logger LOG = Logger.getLogger(Findings.class);

    @Override
    public void take(ConsumerRecord<byte[], byte[]> command, OwnedPartition owned, int size) {
        var finding = Finding.read(command.value());
        if (finding == null) {
            others.take(command, owned, size);
            return;
        }
        var decision = new Decision(owned.ownership(), Source.of(command), List.of(), true, size);
        Thread.ofVirtual().name("finding").start(() -> run(finding, decision));
    }

    @Override
    public boolean isCancelled(Delivery delivery) {
        return others.isCancelled(delivery);
    }

    private void run(Finding finding, Decision decision) {
        try (var _ = LogScope.of(TelemetryNames.ENDPOINT_ID, finding.endpoint())) {
            while (!decision.ownership().isLost()) {
                try {
                    followUp(finding, decision.ownership());
                    decided.accept(decision);
                    return;
                } catch (UnwrittenException e) {
                    LOG.warn("what was found out about an endpoint cannot be written, trying again", e);
                } catch (RuntimeException e) {
                    LOG.error("what was found out about an endpoint is not followed up", e);
                    decided.accept(decision);
                    return;
                }
            }
        }
    }

    private void followUp(Finding finding, Ownership ownership) {
        switch (finding.kind()) {
            case FAILING -> {
                var endpoint = endpoints.find(finding.endpoint());
                if (endpoint != null) {
                    store.write(EndpointEvents.failing(endpoint, finding.at()));
                }
            }
            case HOPELESS -> {
                if (mayBeOpen(finding, endpoints.find(finding.endpoint()))) {
                    var _ = store.changing(() -> disable(finding, ownership));
                }
            }
        }
    }

    /// First the event, then the row: a row that is there says that the event is.
    private boolean disable(Finding finding, Ownership ownership) {
        refresh();
        var endpoint = endpoints.find(finding.endpoint());
        boolean isSame = endpoint != null && endpoint.state().revision() == finding.revision();
        if (endpoint == null || !isSame || !endpoint.state().enabled() || ownership.isLost()) {
            return false;
        }
        var disabled = endpoint.with(endpoint.state().asDisabled(finding.reason()));
        EndpointEvents.between(endpoint, disabled, finding.at()).forEach(store::write);
        store.put(disabled);
        return true;
    }

    /// The table only ever lags: what it shows to be over is over.
    private static boolean mayBeOpen(Finding finding, @Nullable Endpoint endpoint) {
        return endpoint != null
                && endpoint.state().enabled()
                && endpoint.state().revision() <= finding.revision();
    }

    /// What other replicas wrote so far is known here after that.
    private void refresh() {
        try {
            endpoints.refresh().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while endpoints are looked up", e);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("endpoints cannot be looked up, going by what is known", e);
        }
    }
}
