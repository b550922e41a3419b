@NullMarked
package dev.carillon.kit;

import org.jspecify.annotations.NullMarked;
