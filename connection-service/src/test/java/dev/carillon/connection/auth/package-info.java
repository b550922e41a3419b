@NullMarked
package dev.carillon.connection.auth;

import org.jspecify.annotations.NullMarked;
