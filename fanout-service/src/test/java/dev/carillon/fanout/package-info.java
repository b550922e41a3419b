@NullMarked
package dev.carillon.fanout;

import org.jspecify.annotations.NullMarked;
