/// The client protocol over HTTP responses that do not end, and the requests that bring commands beside them.
@NullMarked
package dev.carillon.connection.transport.stream;

import org.jspecify.annotations.NullMarked;
