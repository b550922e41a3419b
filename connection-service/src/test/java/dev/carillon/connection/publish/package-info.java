@NullMarked
package dev.carillon.connection.publish;

import org.jspecify.annotations.NullMarked;
