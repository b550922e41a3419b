@NullMarked
package dev.carillon.connection.tags;

import org.jspecify.annotations.NullMarked;
