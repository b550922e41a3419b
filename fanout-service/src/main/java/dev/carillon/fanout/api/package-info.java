/// What operators may look at, read-only, under `/v1`.
@NullMarked
package dev.carillon.fanout.api;

import org.jspecify.annotations.NullMarked;
