/// Who may listen, read and publish with plain requests: by API key, by token, or because the application says
/// so.
@NullMarked
package dev.carillon.connection.admission;

import org.jspecify.annotations.NullMarked;
