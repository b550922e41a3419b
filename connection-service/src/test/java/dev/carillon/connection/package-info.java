@NullMarked
package dev.carillon.connection;

import org.jspecify.annotations.NullMarked;
