/// Who owns which partition, how one is taken over, and how far its effects are certain.
@NullMarked
package dev.carillon.fanout.own;

import org.jspecify.annotations.NullMarked;
