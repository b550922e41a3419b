@NullMarked
package dev.carillon.fanout.answer;

import org.jspecify.annotations.NullMarked;
