/// Who of this node is in which channel, told to the owners; and who else is, as the owners say.
@NullMarked
package dev.carillon.connection.presence;

import org.jspecify.annotations.NullMarked;
