@NullMarked
package dev.carillon.connection.transport.http;

import org.jspecify.annotations.NullMarked;
