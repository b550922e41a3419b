/// What was measured: samples, what they say together, and how that is told.
@NullMarked
package dev.carillon.bench.report;

import org.jspecify.annotations.NullMarked;
