@NullMarked
package dev.carillon.connection.delta;

import org.jspecify.annotations.NullMarked;
