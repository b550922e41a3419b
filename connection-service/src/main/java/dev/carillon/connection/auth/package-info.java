/// Who may do what: tokens of clients, keys of backends.
@NullMarked
package dev.carillon.connection.auth;

import org.jspecify.annotations.NullMarked;
