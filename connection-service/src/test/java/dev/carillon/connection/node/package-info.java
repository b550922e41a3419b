@NullMarked
package dev.carillon.connection.node;

import org.jspecify.annotations.NullMarked;
