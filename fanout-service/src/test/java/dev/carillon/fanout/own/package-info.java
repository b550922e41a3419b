@NullMarked
package dev.carillon.fanout.own;

import org.jspecify.annotations.NullMarked;
