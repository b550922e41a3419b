@NullMarked
package dev.carillon.contract;

import org.jspecify.annotations.NullMarked;
