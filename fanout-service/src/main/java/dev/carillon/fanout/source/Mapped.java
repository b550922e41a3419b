package dev.carillon.fanout.source;

import dev.carillon.contract.Event;

/// What became of a record of a source.
sealed interface Mapped {

    /// An event.
    ///
    /// @param idempotencyKey the same whenever this record is mapped, and for no other record
    record Ready(Event event, String idempotencyKey) implements Mapped {}

    /// Nothing that can be published.
    ///
    /// @param detail for people
    record Unusable(Fault fault, String detail) implements Mapped {}
}
