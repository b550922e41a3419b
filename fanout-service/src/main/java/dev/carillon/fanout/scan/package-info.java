/// Reads the log again for what rings have forgotten.
@NullMarked
package dev.carillon.fanout.scan;

import org.jspecify.annotations.NullMarked;
