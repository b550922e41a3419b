@NullMarked
package dev.carillon.connection.namespace;

import org.jspecify.annotations.NullMarked;
