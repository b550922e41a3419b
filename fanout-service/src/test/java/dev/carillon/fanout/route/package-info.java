@NullMarked
package dev.carillon.fanout.route;

import org.jspecify.annotations.NullMarked;
