@NullMarked
package dev.carillon.connection.transport.stream;

import org.jspecify.annotations.NullMarked;
