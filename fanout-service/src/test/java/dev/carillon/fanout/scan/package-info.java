@NullMarked
package dev.carillon.fanout.scan;

import org.jspecify.annotations.NullMarked;
