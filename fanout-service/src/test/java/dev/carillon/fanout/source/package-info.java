@NullMarked
package dev.carillon.fanout.source;

import org.jspecify.annotations.NullMarked;
