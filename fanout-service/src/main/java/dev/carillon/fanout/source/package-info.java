/// Topics of others: their records are mapped into the log, so that they are events like any other.
@NullMarked
package dev.carillon.fanout.source;

import org.jspecify.annotations.NullMarked;
