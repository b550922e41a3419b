@NullMarked
package dev.carillon.testkit;

import org.jspecify.annotations.NullMarked;
