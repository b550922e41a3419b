@NullMarked
package dev.carillon.broker;

import org.jspecify.annotations.NullMarked;
