/// What is measured: servers as processes of their own, and what they use.
@NullMarked
package dev.carillon.bench.stand;

import org.jspecify.annotations.NullMarked;
