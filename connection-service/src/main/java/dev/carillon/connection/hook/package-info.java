/// Questions to the application over HTTP.
@NullMarked
package dev.carillon.connection.hook;

import org.jspecify.annotations.NullMarked;
