@NullMarked
package dev.carillon.connection.bound;

import org.jspecify.annotations.NullMarked;
