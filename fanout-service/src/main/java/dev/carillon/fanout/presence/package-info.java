/// Who is in the channels of a partition: memory of it, questions about it, and what is told when somebody
/// comes or goes.
@NullMarked
package dev.carillon.fanout.presence;

import org.jspecify.annotations.NullMarked;
