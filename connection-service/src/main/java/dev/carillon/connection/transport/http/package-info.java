/// Plain HTTP transports: server-sent events and long poll.
@NullMarked
package dev.carillon.connection.transport.http;

import org.jspecify.annotations.NullMarked;
