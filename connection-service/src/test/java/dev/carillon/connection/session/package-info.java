@NullMarked
package dev.carillon.connection.session;

import org.jspecify.annotations.NullMarked;
