@NullMarked
package dev.carillon.connection.hook;

import org.jspecify.annotations.NullMarked;
