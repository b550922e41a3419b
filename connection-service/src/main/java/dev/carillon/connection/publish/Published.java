package dev.carillon.connection.publish;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.Position;

/// The answer to a publish: the log has the event, and here.
public record Published(Event.Id id, Channel channel, Position position) {}
