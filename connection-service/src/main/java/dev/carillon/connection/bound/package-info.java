/// What one client may take of a node, and all of them together.
@NullMarked
package dev.carillon.connection.bound;

import org.jspecify.annotations.NullMarked;
