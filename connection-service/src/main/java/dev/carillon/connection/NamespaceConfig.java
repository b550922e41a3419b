package dev.carillon.connection;

import dev.carillon.contract.Namespace;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// A namespace as configuration has it; what is absent has the default, see [Namespace].
public interface NamespaceConfig {

    /// How many events owners keep in memory per channel.
    @Min(0)
    OptionalInt historySize();

    /// For how long.
    Optional<Duration> historyTtl();

    /// What a client that comes back gets.
    Optional<Namespace.Recovery> recovery();

    /// Whether every subscription is watched for gaps.
    Optional<Boolean> positioning();

    /// What is known of who is in a channel.
    Optional<Namespace.Presence> presence();

    /// Whether subscribers are told who comes and goes.
    Optional<Boolean> joinLeave();

    /// Whether clients may ask for changes instead of whole publications.
    Optional<Boolean> delta();

    /// Whether clients may ask for publications with certain tags only.
    Optional<Boolean> tagsFilter();

    /// Whether events are for whoever listens now: no history, no recovery, no webhooks.
    Optional<Boolean> ephemeral();

    /// Who may do what.
    AccessConfig access();

    /// The largest data of an event.
    Optional<MemorySize> maxEventSize();

    /// A regular expression that whole channel names must match.
    Optional<String> channelPattern();

    /// How much a client may do in a time.
    RatesConfig rates();

    /// How much a client may do in a time, beside what holds for it everywhere.
    interface RatesConfig {

        /// How many events it may publish in a second, as a mean; 0 for any number.
        @Min(0)
        OptionalInt publishes();
    }

    /// Who may do what, by kinds of clients separated by commas.
    interface AccessConfig {

        /// Who may subscribe.
        Optional<Set<Namespace.Who>> subscribe();

        /// Who may publish.
        Optional<Set<Namespace.Who>> publish();

        /// Who may read history.
        Optional<Set<Namespace.Who>> history();

        /// Who may see who is present.
        Optional<Set<Namespace.Who>> presence();
    }
}
