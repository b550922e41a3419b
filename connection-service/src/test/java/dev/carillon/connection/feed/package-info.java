@NullMarked
package dev.carillon.connection.feed;

import org.jspecify.annotations.NullMarked;
