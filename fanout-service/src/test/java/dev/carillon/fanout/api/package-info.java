@NullMarked
package dev.carillon.fanout.api;

import org.jspecify.annotations.NullMarked;
