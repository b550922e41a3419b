/// What holds for the channels of each namespace.
@NullMarked
package dev.carillon.connection.namespace;

import org.jspecify.annotations.NullMarked;
