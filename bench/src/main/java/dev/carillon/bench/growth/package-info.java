/// What larger crowds would need: a model of unit costs, and a simulation of who is where.
@NullMarked
package dev.carillon.bench.growth;

import org.jspecify.annotations.NullMarked;
