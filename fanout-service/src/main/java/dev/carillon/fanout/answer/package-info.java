/// What the owner of a channel answers: follows, pages of history, and tops.
@NullMarked
package dev.carillon.fanout.answer;

import org.jspecify.annotations.NullMarked;
