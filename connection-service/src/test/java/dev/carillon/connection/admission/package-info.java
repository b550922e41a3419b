@NullMarked
package dev.carillon.connection.admission;

import org.jspecify.annotations.NullMarked;
