/// The client protocol over WebSocket.
@NullMarked
package dev.carillon.connection.transport.websocket;

import org.jspecify.annotations.NullMarked;
