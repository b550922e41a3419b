/// By which publications a subscriber chooses: by their tags.
@NullMarked
package dev.carillon.connection.tags;

import org.jspecify.annotations.NullMarked;
