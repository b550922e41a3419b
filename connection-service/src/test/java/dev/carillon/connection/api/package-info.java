@NullMarked
package dev.carillon.connection.api;

import org.jspecify.annotations.NullMarked;
