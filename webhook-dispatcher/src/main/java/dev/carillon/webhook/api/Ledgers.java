package dev.carillon.webhook.api;

import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicsConfig;
import dev.carillon.webhook.WebhookConfig;
import dev.carillon.webhook.decide.Tiers;
import dev.carillon.webhook.intake.Engine;
import dev.carillon.webhook.ledger.LedgerReader;
import jakarta.inject.Singleton;

/// The reader of the ledger, as configured.
@Singleton
final class Ledgers {

    private final LedgerReader reader;

    Ledgers(KafkaClients clients, WebhookConfig config, TopicsConfig topics) {
        this.reader = new LedgerReader(
                clients,
                Engine.GROUP,
                new Tiers(config.retryTiers(), topics.webhookPartitions()).topics(),
                // A transaction in doubt holds readers up for so long.
                config.requestPatience().plus(config.transactionTimeout()),
                new LedgerReader.Limits(config.ledgerDeliveries(), config.ledgerEntries()));
    }

    LedgerReader reader() {
        return reader;
    }
}
