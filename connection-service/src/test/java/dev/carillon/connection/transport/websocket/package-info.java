@NullMarked
package dev.carillon.connection.transport.websocket;

import org.jspecify.annotations.NullMarked;
