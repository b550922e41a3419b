@NullMarked
package dev.carillon.bench.webhook;

import org.jspecify.annotations.NullMarked;
