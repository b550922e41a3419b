@NullMarked
package dev.carillon.connection.cluster;

import org.jspecify.annotations.NullMarked;
