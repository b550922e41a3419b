/// Patches: how little has to be said to whoever has the data before already.
@NullMarked
package dev.carillon.connection.delta;

import org.jspecify.annotations.NullMarked;
