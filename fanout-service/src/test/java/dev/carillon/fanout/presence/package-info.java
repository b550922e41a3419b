@NullMarked
package dev.carillon.fanout.presence;

import org.jspecify.annotations.NullMarked;
